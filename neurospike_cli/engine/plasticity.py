"""What the engines need from a plasticity rule: element-wise laws of a synapse, run online.

As with neurons, a rule is parameters that make NamedTuples of constants whose methods are the
equations; the NumPy engine evaluates them on arrays, the compiled engine compiles them. In every
step, after the spikes of the step are known, the synapses (i, j) of a plastic layer learn:

    1. for each presynaptic spike i that arrived:   w_ij = depress(w_ij, x_i, y_j, fade)
    2.                                              x_i  = presynaptic(x_i)
    3. for each postsynaptic spike j:               w_ij = potentiate(w_ij, x_i, y_j, fade)
    4.                                              y_j  = postsynaptic(y_j)

x_i and y_j are the traces, tuples that start each sample at 0 and decay as exp(-t/tau) between
spikes. So a pair of spikes in one step (Δt = 0) counts as pre before post; with `ties` off, 3 comes
before 2, and such a pair changes nothing. Time counts from the arrival of a presynaptic spike: a
transmission delay shifts the window by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.neurons.neuron_model import Floats, State, in_type


class SynapseLaw(Protocol):
    """The equations of a plastic synapse, element by element."""

    def presynaptic(self, x: State) -> State:
        """Return the presynaptic traces after a presynaptic spike."""

    def postsynaptic(self, y: State) -> State:
        """Return the postsynaptic traces after a postsynaptic spike."""

    def depress(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return the weight after a presynaptic spike; x and y as they were before it."""

    def potentiate(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return the weight after a postsynaptic spike; y as it was before it."""


class NormLaw(Protocol):
    """How the weights that arrive at a neuron are brought to a norm."""

    def norm_part(self, w: Any) -> Any:
        """Return what a weight adds to the sum."""

    def norm_factor(self, total: Any) -> Any:
        """Return what the weights are multiplied by; the sum is not 0."""


class NoNorm(NamedTuple):
    """Weights stay as they are."""

    one: float = 1.0

    def norm_part(self, w: Any) -> Any:
        """Return the weight."""
        return w

    def norm_factor(self, total: Any) -> Any:
        """Return 1."""
        return self.one


class Upkeep(NamedTuple):
    """What happens to the weights of each neuron after a sample.

        r_j += averaging (rate of j in the sample - r_j)
        w_ij *= norm.norm_factor(Σ_i norm.norm_part(w_ij))            each `every` samples
        w_ij *= kept (1 + strength (target_rate - r_j))     then w_ij is put between its bounds

    Attributes:
        norm, every: normalization; never where `every` is 0.
        kept: what weight decay leaves, in a sample.
        strength: of synaptic scaling, in 1/Hz; 0 for none.
        target_rate: of synaptic scaling, in Hz.
        averaging: of r_j.
        w_min, w_max: the bounds, in mV.
        one: 1 in the type of the others.
    """

    norm: NormLaw
    every: int
    kept: float
    strength: float
    target_rate: float
    averaging: float
    w_min: float
    w_max: float
    one: float = 1.0

    @property
    def does_something(self) -> bool:
        """Whether anything follows a sample."""
        return self.every > 0 or self.strength != 0 or self.kept != 1

    def averaged(self, average: Any, rate: Any) -> Any:
        """Return the neuron's average rate after a sample."""
        return average + self.averaging * (rate - average)

    def weight_growth(self, average: Any) -> Any:
        """Return what decay and scaling multiply a neuron's weights by."""
        return self.kept * (self.one + self.strength * (self.target_rate - average))

    def bounded_weight(self, w: Any) -> Any:
        """Return the weight between its bounds."""
        return np.minimum(np.maximum(w, self.w_min), self.w_max)


#: What follows a sample where nothing does.
NO_UPKEEP = Upkeep(NoNorm(), 0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Plan(NamedTuple):
    """How one layer learns, for one `dt` and length of samples.

    Attributes:
        law: the equations.
        pre, post: exp(-k dt/tau) for k = 0 … n_steps of each trace, (trace, step).
        fade: what a change in step k counts, (step,); 1 where it counts at once.
        zero: 0 for each presynaptic and each postsynaptic trace.
        depresses: whether `depress` ever changes a weight.
        reaches_silent: whether `potentiate` changes weights of inputs that have not spiked yet.
        ties: whether spikes of one step are pairs.
        theta_plus: what a spike adds to a neuron's threshold, in mV.
        theta_kept: what is left of that after a step.
        upkeep: what follows a sample.
    """

    law: SynapseLaw
    pre: Floats
    post: Floats
    fade: Floats
    zero: tuple[tuple[float, ...], tuple[float, ...]]
    depresses: bool
    reaches_silent: bool
    ties: bool
    theta_plus: float
    theta_kept: float
    upkeep: Upkeep


def in_type_of(plan: Plan, dtype: np.dtype[np.floating]) -> Plan:
    """Return the plan with its numbers in the type of the weights; thresholds have float64."""
    return plan._replace(
        law=in_type(plan.law, dtype),
        zero=in_type(plan.zero, dtype),
        upkeep=in_type(plan.upkeep, dtype),
        pre=plan.pre.astype(dtype),
        post=plan.post.astype(dtype),
        fade=plan.fade.astype(dtype),
    )


def decays(taus: tuple[float, ...], dt: float, steps: int) -> NDArray[np.float64]:
    """Return exp(-k dt/tau) for k = 0 … steps, (trace, step).

    Args:
        taus: time constants, in ms.
        dt: width of a step, in ms.
        steps: how many.
    """
    return np.exp(-np.arange(steps + 1) * dt / np.array(taus, dtype=np.float64).reshape(-1, 1))


@dataclass(frozen=True)
class Memory:
    """What a plastic layer carries from sample to sample beside its weights; changed in place.

    Attributes:
        rates: average rate of each neuron, in Hz, (neuron,).
        spikes: spikes of each neuron since they were last set to 0, (neuron,).
        samples: how many samples were learned from, (1,).
    """

    rates: Floats
    spikes: Floats
    samples: Floats
