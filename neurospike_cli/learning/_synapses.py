r"""What rules of spike-timing-dependent plasticity share: traces, pairs, triplets, bounds.

Traces decay between spikes and jump at them,

    dx_i/dt = -x_i / tau_plus,    x_i += 1 at a presynaptic spike       (all_to_all)
    dy_j/dt = -y_j / tau_minus,   y_j += 1 at a postsynaptic spike

or are set to 1 by the spike (nearest), so that only the last one counts. Then

    at a presynaptic spike:    w_ij -= a_minus room_below(w_ij) y_j
    at a postsynaptic spike:   w_ij += a_plus room_above(w_ij) x_i

(Morrison, Diesmann & Gerstner 2008, eqs. 5, 6 and table 1). With a `trace_target` a postsynaptic
spike also weakens the synapses of inputs that were silent before it, and the second line is

    w_ij += a_plus room_above(w_ij) (x_i - trace_target)    where x_i exceeds it,
    w_ij += a_plus room_below(w_ij) (x_i - trace_target)    where it does not

(Diehl & Cook 2015, eq. 2, with soft bounds on both sides). With `triplet` a second trace of each
side, x2 (tau_x) and y2 (tau_y), adds to the amplitudes (Pfister & Gerstner 2006, eqs. 3, 4):

    a_minus -> a_minus + a3_minus x2_i,    a_plus -> a_plus + a3_plus y2_j

the second traces as they were before the spike. `room_above` and `room_below` are the weight
dependence's. The order within a step, and so what Δt = 0 means, is that of `engine/plasticity.py`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from pydantic import Field

from neurospike_cli.engine.plasticity import SynapseLaw
from neurospike_cli.learning.weight_dependences.weight_dependence import DependenceLaw
from neurospike_cli.neurons.neuron_model import State
from neurospike_cli.registry import Parameters
from neurospike_cli.units import Milliseconds


class Triplet(Parameters):
    """Triplets of spikes: amplitudes and time constants of the second traces."""

    a3_plus: float = Field(default=0.0, ge=0.0, le=1e3)
    """Potentiation of a pre-post pair that follows another postsynaptic spike."""
    a3_minus: float = Field(default=0.0, ge=0.0, le=1e3)
    """Depression of a post-pre pair that follows another presynaptic spike."""
    tau_x: Milliseconds = Field(default=101.0, gt=0, le=1e6)
    """Time constant of the second presynaptic trace, in ms."""
    tau_y: Milliseconds = Field(default=125.0, gt=0, le=1e6)
    """Time constant of the second postsynaptic trace, in ms."""


class Pairs(NamedTuple):
    """The pair rule on weights; traces (x,) and (y,).

    Attributes:
        a_plus, a_minus: amplitudes.
        target: trace_target.
        kept: 1 where a spike adds to its trace, 0 where it replaces it.
        dependence: room_above and room_below.
        w_min, w_max: the bounds, in mV.
        one, zero: 1 and 0 in the type of the others.
    """

    a_plus: float
    a_minus: float
    target: float
    kept: float
    dependence: DependenceLaw
    w_min: float
    w_max: float
    one: float
    zero: float

    def presynaptic(self, x: State) -> State:
        """Return x + 1, or 1."""
        return (self.kept * x[0] + self.one,)

    def postsynaptic(self, y: State) -> State:
        """Return y + 1, or 1."""
        return (self.kept * y[0] + self.one,)

    def depress(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return w - a_minus room_below(w) y, not below w_min."""
        return np.maximum(w - self.a_minus * y[0] * self.dependence.room_below(w), self.w_min)

    def potentiate(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return w + a_plus (x - target), times room above or below, between the bounds."""
        return self.moved(w, x[0], self.a_plus)

    def moved(self, w: Any, x: Any, amplitude: Any) -> Any:
        """Return the weight after a postsynaptic spike with this amplitude."""
        above, below = (
            np.maximum(x - self.target, self.zero),
            np.minimum(x - self.target, self.zero),
        )
        change = above * self.dependence.room_above(w) + below * self.dependence.room_below(w)
        return np.minimum(np.maximum(w + amplitude * change, self.w_min), self.w_max)


class Triplets(NamedTuple):
    """The triplet rule on weights; traces (x, x2) and (y, y2)."""

    pairs: Pairs
    a3_plus: float
    a3_minus: float

    def presynaptic(self, x: State) -> State:
        """Return both traces after a spike."""
        return (self.pairs.kept * x[0] + self.pairs.one, self.pairs.kept * x[1] + self.pairs.one)

    def postsynaptic(self, y: State) -> State:
        """Return both traces after a spike."""
        return (self.pairs.kept * y[0] + self.pairs.one, self.pairs.kept * y[1] + self.pairs.one)

    def depress(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return w - (a_minus + a3_minus x2) room_below(w) y, not below w_min."""
        amplitude = self.pairs.a_minus + self.a3_minus * x[1]
        return np.maximum(
            w - amplitude * y[0] * self.pairs.dependence.room_below(w), self.pairs.w_min
        )

    def potentiate(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return what the pair rule does with the amplitude a_plus + a3_plus y2."""
        amplitude = self.pairs.a_plus + self.a3_plus * y[1]
        return self.pairs.moved(w, x[0], amplitude)


def with_triplets(pairs: Pairs, triplet: Triplet | None, factor: float) -> SynapseLaw:
    """Return the pair rule, or with `triplet` the triplet rule, its amplitudes times `factor`."""
    if triplet is None:
        return pairs
    return Triplets(pairs, triplet.a3_plus * factor, triplet.a3_minus * factor)
