"""What the leaky neurons share: the parameters of a membrane with a threshold and a reset."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.neurons._synapse import DeltaSynapse, leaky_synapse
from neurospike_cli.neurons.neuron_model import NeuronModel, Synapse
from neurospike_cli.units import Milliseconds, Millivolts


class Reset(NamedTuple):
    """What a spike does to u = v - v_rest: u = level (hard), or u -= drop (subtract).

    Attributes:
        level: v_reset - v_rest, where refractory steps hold the membrane.
        drop: v_thresh - v_reset.
        kept: the derivative of u after the reset by u before it, 0 or 1.
        target: what is added to the part that is kept: the level, or 0.
        attached: 1 where the gradient sees that the reset follows from the spike, else 0.
    """

    level: float
    drop: float
    kept: float
    target: float
    attached: float

    def of(self, u: Any) -> Any:
        """Return u after a spike."""
        return self.kept * (u - self.drop) + self.target

    def spike_back(self, u: Any, gradient: Any) -> Any:
        """Return what the reset changes u by, times its gradient, unless it is detached."""
        return self.attached * (self.of(u) - u) * gradient


class LeakyMembrane(NeuronModel):
    """The parameters of a leaky membrane with a threshold and a reset."""

    model: str
    tau_m: Milliseconds = Field(default=20.0, gt=0, le=1e6)
    """Membrane time constant, in ms."""
    v_rest: Millivolts = Field(default=-65.0, ge=-1e6, le=1e6)
    """Resting potential, in mV."""
    v_reset: Millivolts | None = Field(default=None, ge=-1e6, le=1e6)
    """Potential after a spike, in mV; without it, v_rest."""
    v_thresh: Millivolts = Field(default=-50.0, ge=-1e6, le=1e6)
    """Threshold potential, in mV."""
    refractory_period: Milliseconds = Field(default=2.0, ge=0, le=1e6)
    """Time after a spike in which the membrane is clamped, in ms."""
    bias: Millivolts = Field(default=0.0, ge=-1e6, le=1e6)
    """Constant depolarisation R·I_e, in mV."""
    reset: Literal["hard", "subtract"] = "hard"
    """What a spike does: set the membrane to v_reset, or subtract v_thresh - v_reset."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.v_thresh <= self.v_rest:
            raise ValueError(f"v_thresh ({self.v_thresh}) must be above v_rest ({self.v_rest})")
        if self.v_reset is not None and self.v_reset >= self.v_thresh:
            raise ValueError(f"v_reset ({self.v_reset}) must be below v_thresh ({self.v_thresh})")
        return self

    @property
    def threshold_distance(self) -> float:
        """v_thresh - v_rest, in mV."""
        return self.v_thresh - self.v_rest

    @property
    def time_constants(self) -> dict[str, float]:
        """tau_m and, if there is one, tau_syn, in ms; a neuron may have more."""
        synaptic = {} if self.tau_syn is None else {"tau_syn": self.tau_syn}
        return {"tau_m": self.tau_m} | synaptic

    @property
    def v_zero(self) -> float:
        """The membrane is counted from v_rest."""
        return self.v_rest

    def bias_per_step(self, dt: float) -> float:
        """Return the share of the bias that a step brings; exact for the membrane alone."""
        return self.charge(dt)

    def reset_law(self, detach_reset: bool) -> Reset:
        """Return what a spike does to the membrane."""
        v_reset = self.v_rest if self.v_reset is None else self.v_reset
        subtract, level = self.reset == "subtract", v_reset - self.v_rest
        return Reset(
            level=level,
            drop=self.v_thresh - v_reset,
            kept=1.0 if subtract else 0.0,
            target=0.0 if subtract else level,
            attached=0.0 if detach_reset else 1.0,
        )

    def charge(self, dt: float) -> float:
        """Return -expm1(-dt/tau_m), the share of the way to the steady state in one step."""
        return float(-np.expm1(-dt / self.tau_m))

    def synapse_law(self, dt: float) -> tuple[Synapse, tuple[float, ...]]:
        """Return the synapse and its state at rest."""
        if self.tau_syn is None:
            return DeltaSynapse(), ()
        return leaky_synapse(self.tau_m, self.tau_syn, dt), (0.0,)

    def refractory_steps(self, dt: float) -> int:
        """Return for how many steps a spike clamps the membrane."""
        return round(self.refractory_period / dt)
