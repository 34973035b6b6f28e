"""What the leaky neurons share: the membrane's parameters, its decay, clamp and reset.

Potentials count from rest, u = v - v_rest; one step decays u towards the bias on the exact
propagator,

    u += -expm1(-dt / tau_m) * (bias - u)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.neurons._synapse import filtered_gradient, filtered_input, synapse
from neurospike_cli.neurons.neuron_model import (
    Floats,
    Indices,
    NeuronModel,
    RecurrentGradient,
    RecurrentInput,
)
from neurospike_cli.units import Milliseconds, Millivolts

#: Elements to which all passes of the surrogate are applied while they are in the cache.
BLOCK = 32_768


class Constants(NamedTuple):
    """Constants for one `dt`: `charge` is -expm1(-dt/tau_m); potentials count from v_rest."""

    charge: float
    bias: float
    u_reset: float
    u_thresh: float
    refractory_steps: int
    subtract: bool


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
    tau_syn: Milliseconds | None = Field(default=None, gt=0, le=1e6)
    """Time constant of the synapse, in ms; without it, a spike moves the membrane at once."""
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

    def constants(self, dt: float) -> Constants:
        """Return the step constants for `dt` ms, computed once in float64."""
        v_reset = self.v_rest if self.v_reset is None else self.v_reset
        return Constants(
            charge=float(-np.expm1(-dt / self.tau_m)),
            bias=self.bias,
            u_reset=v_reset - self.v_rest,
            u_thresh=self.v_thresh - self.v_rest,
            refractory_steps=round(self.refractory_period / dt),
            subtract=self.reset == "subtract",
        )

    def before_step(
        self, first: Floats, dt: float, recurrent: RecurrentInput | None
    ) -> RecurrentInput | None:
        """Return what is done to the current of a step before the membrane sees it."""
        if self.tau_syn is None:
            return recurrent
        return filtered_input(synapse(self.tau_m, self.tau_syn, dt), first, recurrent)

    def after_step_back(
        self, first: Floats, dt: float, recurrent: RecurrentGradient | None
    ) -> RecurrentGradient | None:
        """Return what is done to the gradient of a step's current after the membrane's part."""
        if self.tau_syn is None:
            return recurrent
        return filtered_gradient(synapse(self.tau_m, self.tau_syn, dt), first, recurrent)


def decay(u: Floats, bias: np.floating, charge: np.floating, out: Floats) -> None:
    """Write u + charge (bias - u) to `out`; without bias in one pass less, to the same bits."""
    if bias:
        np.subtract(bias, u, out=out)
        out *= charge
    else:
        np.multiply(u, -charge, out=out)
    out += u


def refractory(spikes: list[Indices], step: int, steps: int) -> Indices:
    """Return the flat indices of the neurons that are clamped in `step`."""
    window = spikes[max(0, step - steps) : step]
    if len(window) == 1:
        return window[0]
    return np.concatenate(window) if window else np.empty(0, dtype=np.int64)


def reset_drop(record: Floats, c: Constants, detach_reset: bool) -> Floats:
    """Return what a spike takes from the membrane, as `record`; nothing if that is a constant."""
    if detach_reset:
        return np.empty(0, dtype=record.dtype)
    if c.subtract:
        return np.full_like(record, c.u_thresh - c.u_reset)
    return np.asarray(record - record.dtype.type(c.u_reset))


def replace_by_slopes(record: Floats, c: Constants, surrogate: Callable[[Floats], None]) -> None:
    """Replace u by σ'(u) in every step, block by block so that all passes find it in the cache."""
    flat, u_thresh = record.reshape(-1), record.dtype.type(c.u_thresh)
    for start in range(0, len(flat), BLOCK):
        block = flat[start : start + BLOCK]
        block -= u_thresh
        surrogate(block)
