"""What the engines need from a neuron model: element-wise laws of one step, and their reverse.

A model is parameters (`NeuronModel`) that make a *step*: a NamedTuple of constants for one `dt`
whose methods are the equations. The methods are element-wise: the NumPy engine calls them with
arrays of all neurons of a batch, the compiled engine compiles the same methods for single numbers.
So a method uses `+ - * /`, `abs`, `np.minimum` and the like, loops over a constant, and no number
written out: a literal would count in float64 where the arrays are float32, so every number is a
field of the NamedTuple. A new model is one file; both engines run it, and the contract suite
compares them bit for bit.

One step of a neuron with state z, input jump J (mV), gradient g of the state:

    drive, i = synapse.arrive(i, J)
    z = step.advance(z, drive)      or in refractory steps    z = step.hold(z)
    spike where step.overshoot(z) >= 0, except in refractory steps
    z = step.reset(z)               at a spike
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.registry import Component
from neurospike_cli.units import Milliseconds

Floats = NDArray[np.floating]
Indices = NDArray[np.int64]
#: The state variables, each an array of neurons or one number.
State = tuple[Any, ...]


class Step(Protocol):
    """The equations of a neuron for one `dt`; what a model's NamedTuple has to offer."""

    def advance(self, state: State, drive: Any) -> State:
        """Return the state after one step in which the synapse brings `drive`."""

    def hold(self, state: State) -> State:
        """Return the state after one refractory step."""

    def overshoot(self, state: State) -> Any:
        """Return how far beyond the threshold the state is, in mV."""

    def reset(self, state: State) -> State:
        """Return the state after a spike."""

    def advance_back(self, before: State, gradient: State) -> tuple[State, Any]:
        """Return the gradients of the state before `advance` and of its drive."""

    def hold_back(self, gradient: State) -> State:
        """Return the gradient of the state before `hold`."""

    def overshoot_back(self, gradient: Any) -> State:
        """Return the gradient of the state that `overshoot` was read from."""

    def reset_back(self, gradient: State) -> State:
        """Return the gradient of the state before `reset`."""

    def spike_back(self, state: State, gradient: State) -> Any:
        """Return the gradient of the spike itself: what the reset changes, times `gradient`."""


class Synapse(Protocol):
    """What becomes of the weights' sum of a step before the neuron sees it."""

    def arrive(self, synaptic: State, jump: Any) -> tuple[Any, State]:
        """Return the drive of this step and the synapse's state after it."""

    def arrive_back(self, synaptic: State, drive: Any) -> tuple[Any, State]:
        """Return the gradients of the jump and of the synapse's state before the step.

        Args:
            synaptic: gradient of the synapse's state after the step.
            drive: gradient of the drive.
        """


class SlopeLaw(Protocol):
    """What stands for the derivative of a spike by the overshoot, element by element."""

    def slope(self, x: Any) -> Any:
        """Return the derivative at overshoot x, in 1/mV."""


class Laws(NamedTuple):
    """All that an engine needs to run a layer's neurons with one `dt`.

    Attributes:
        step, synapse: the equations.
        initial, synaptic: their states before the first step.
        refractory_steps: for how many steps a spike is followed by `hold`.
        keeps_state: whether the reverse methods look at the state; where not, it is not recorded.
        has_spike_path: whether `spike_back` is ever other than 0.
    """

    step: Step
    synapse: Synapse
    initial: tuple[float, ...]
    synaptic: tuple[float, ...]
    refractory_steps: int
    keeps_state: bool
    has_spike_path: bool


class Advice(NamedTuple):
    """What would make a simulation better, though it runs.

    Attributes:
        key: the neuron's parameter to change, or ``dt``.
        text: what happens, and what to set it to.
    """

    key: str
    text: str


class NeuronModel(Component):
    """A population of identical point neurons, simulated in integer steps of `dt`.

    Attributes:
        variables: names of the state variables, the membrane first.
        bias_unit: unit of the model's `bias`, a constant current.
    """

    discriminator: ClassVar[str] = "model"
    default_name: ClassVar[str | None] = "lif"
    variables: ClassVar[tuple[str, ...]]
    bias_unit: ClassVar[str] = "mV"

    tau_syn: Milliseconds | None = Field(default=None, gt=0, le=1e6)
    """Time constant of the synapse, in ms; without it, a spike moves the membrane at once."""

    @property
    @abstractmethod
    def threshold_distance(self) -> float:
        """Distance from rest to threshold in mV: the scale of weights and learning rates."""

    @property
    @abstractmethod
    def time_constants(self) -> dict[str, float]:
        """Time constants by parameter name, in ms; `dt` must not exceed half the smallest."""

    @property
    @abstractmethod
    def v_zero(self) -> float:
        """The potential at which the first state variable is 0, in mV."""

    @abstractmethod
    def bias_per_step(self, dt: float) -> float:
        """Return what a unit of `bias` brings the membrane in a step of `dt` ms, in mV."""

    def rate(self, bias: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the steady rate in Hz under each `bias`, where there is a closed form for it."""
        return None

    def advice(self, dt: float) -> tuple[Advice, ...]:
        """Return what a user should know before a simulation in steps of `dt` ms; mostly nothing.

        What is wrong, and not only coarse, belongs into the validation of parameters.
        """
        return ()

    @abstractmethod
    def laws(self, dt: float, *, detach_reset: bool = True) -> Laws:
        """Return the equations for steps of `dt` ms, their constants computed once in float64.

        Args:
            dt: width of a step, in ms.
            detach_reset: whether the gradient takes the membrane's reset as a constant.
        """


L = TypeVar("L")


def in_type(law: L, dtype: np.dtype[np.floating]) -> L:
    """Return a law or tuple with its floats in the arrays' own type, nested ones too."""
    return _cast(law, dtype)  # type: ignore[no-any-return]


def _cast(value: Any, dtype: np.dtype[np.floating]) -> Any:
    if isinstance(value, float):
        return dtype.type(value)
    if not isinstance(value, tuple):
        return value
    parts = [_cast(part, dtype) for part in value]
    # A NamedTuple takes its fields one by one, a plain tuple all at once.
    return tuple(parts) if type(value) is tuple else type(value)(*parts)
