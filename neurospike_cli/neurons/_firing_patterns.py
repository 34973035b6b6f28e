"""Published parameters of Izhikevich's neuron, as data: types of 2003 and patterns of 2004.

The types are those of "Simple model of spiking neurons" (IEEE Trans. Neural Networks 14, 2003,
fig. 2); the patterns, with the currents that show them, those of "Which model to use for cortical
spiking neurons?" (ibid. 15, 2004, fig. 1; figure1.m of the author). A current that flows from the
beginning is the preset's bias, and the stimulus is counted from it. Deviations of that file from
the model are kept: class 1 and the integrator have another quadratic, and accommodation has
du/dt = a b (v + 65).

The file takes v by Euler's way and then u with the new v, in steps of 0.1 to 0.5 ms. Most patterns
are there however finely the equations are solved. Three are not, and their presets bring scheme
and sub-step with them: exactly solved, the bistable neuron is not switched off by its second
pulse, the depolarising afterpotential becomes a second spike, and inhibition-induced bursting
never ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Parameters = Mapping[str, Any]
#: (start, stop, current at start, current at stop) in ms and mV/ms; linear in between.
Piece = tuple[float, float, float, float]


@dataclass(frozen=True)
class FiringPattern:
    """A panel of the figure of 2004.

    Attributes:
        parameters: of the neuron.
        duration: in ms.
        stimulus: current beyond the bias; pieces that do not overlap.
        dt: width of the author's steps, in ms.
    """

    parameters: Parameters
    duration: float
    stimulus: tuple[Piece, ...]
    dt: float = 0.25

    @property
    def times(self) -> NDArray[np.float64]:
        """Where each step begins, in ms, (step,)."""
        return np.arange(round(self.duration / self.dt), dtype=np.float64) * np.float64(self.dt)

    @property
    def current(self) -> NDArray[np.float64]:
        """Stimulus of each step, in mV/ms, (step,); pieces are open intervals, as published."""
        t, current = self.times, np.zeros(len(self.times))
        for start, stop, first, last in self.stimulus:
            share = (t - start) / (stop - start)
            current += np.where((share > 0) & (share < 1), first + share * (last - first), 0.0)
        return current


def _type(a: float, b: float, c: float, d: float, **more: Any) -> Parameters:
    return MappingProxyType({"a": a, "b": b, "c": c, "d": d, **more})


def _pulses(width: float, current: float, *starts: float) -> tuple[Piece, ...]:
    return tuple((start, start + width, current, current) for start in starts)


def _as_published(substep: float) -> Parameters:
    return {"scheme": "semi_implicit", "substep": substep}


#: The quadratic of class 1 and of the integrator.
_FLATTER = (0.04, 4.1, 108.0)

TYPES: Mapping[str, Parameters] = {
    "RS": _type(0.02, 0.2, -65.0, 8.0),
    "IB": _type(0.02, 0.2, -55.0, 4.0),
    "CH": _type(0.02, 0.2, -50.0, 2.0),
    "FS": _type(0.1, 0.2, -65.0, 2.0),
    "LTS": _type(0.02, 0.25, -65.0, 2.0),
    "RZ": _type(0.1, 0.26, -65.0, 2.0),
    "TC": _type(0.02, 0.25, -65.0, 0.05),
}

PATTERNS: Mapping[str, FiringPattern] = {
    "tonic_spiking": FiringPattern(
        _type(0.02, 0.2, -65.0, 6.0, v_init=-70.0), 100.0, ((10.0, 100.0, 14.0, 14.0),)
    ),
    "phasic_spiking": FiringPattern(
        _type(0.02, 0.25, -65.0, 6.0, v_init=-64.0), 200.0, ((20.0, 200.0, 0.5, 0.5),)
    ),
    "tonic_bursting": FiringPattern(
        _type(0.02, 0.2, -50.0, 2.0, v_init=-70.0), 220.0, ((22.0, 220.0, 15.0, 15.0),)
    ),
    "phasic_bursting": FiringPattern(
        _type(0.02, 0.25, -55.0, 0.05, v_init=-64.0), 200.0, ((20.0, 200.0, 0.6, 0.6),), 0.2
    ),
    "mixed_mode": FiringPattern(
        _type(0.02, 0.2, -55.0, 4.0, v_init=-70.0), 160.0, ((16.0, 160.0, 10.0, 10.0),)
    ),
    "spike_frequency_adaptation": FiringPattern(
        _type(0.01, 0.2, -65.0, 8.0, v_init=-70.0), 85.0, ((8.5, 85.0, 30.0, 30.0),)
    ),
    "class_1": FiringPattern(
        _type(0.02, -0.1, -55.0, 6.0, v_init=-60.0, quadratic=_FLATTER),
        300.0,
        ((30.0, 300.0, 0.0, 20.25),),
    ),
    "class_2": FiringPattern(
        _type(0.2, 0.26, -65.0, 0.0, v_init=-64.0, bias=-0.5), 300.0, ((30.0, 300.0, 0.0, 4.05),)
    ),
    "spike_latency": FiringPattern(
        _type(0.02, 0.2, -65.0, 6.0, v_init=-70.0), 100.0, _pulses(3.0, 7.04, 10.0), 0.2
    ),
    "subthreshold_oscillations": FiringPattern(
        _type(0.05, 0.26, -60.0, 0.0, v_init=-62.0), 200.0, _pulses(5.0, 2.0, 20.0)
    ),
    "resonator": FiringPattern(
        _type(0.1, 0.26, -60.0, -1.0, v_init=-62.0),
        400.0,
        _pulses(4.0, 0.65, 40.0, 60.0, 280.0, 320.0),
    ),
    "integrator": FiringPattern(
        _type(0.02, -0.1, -55.0, 6.0, v_init=-60.0, quadratic=_FLATTER),
        100.0,
        _pulses(2.0, 9.0, 100.0 / 11.0, 100.0 / 11.0 + 5.0, 70.0, 80.0),
    ),
    "rebound_spike": FiringPattern(
        _type(0.03, 0.25, -60.0, 4.0, v_init=-64.0), 200.0, _pulses(5.0, -15.0, 20.0), 0.2
    ),
    "rebound_burst": FiringPattern(
        _type(0.03, 0.25, -52.0, 0.0, v_init=-64.0), 200.0, _pulses(5.0, -15.0, 20.0), 0.2
    ),
    "threshold_variability": FiringPattern(
        _type(0.03, 0.25, -60.0, 4.0, v_init=-64.0),
        100.0,
        (*_pulses(5.0, 1.0, 10.0), *_pulses(5.0, -6.0, 70.0), *_pulses(5.0, 1.0, 80.0)),
    ),
    "bistability": FiringPattern(
        _type(0.1, 0.26, -60.0, 0.0, v_init=-61.0, bias=0.24, **_as_published(0.25)),
        300.0,
        _pulses(5.0, 1.0, 37.5, 216.0),
    ),
    "depolarizing_afterpotential": FiringPattern(
        _type(1.0, 0.2, -60.0, -21.0, v_init=-70.0, **_as_published(0.1)),
        50.0,
        _pulses(2.0, 20.0, 9.0),
        0.1,
    ),
    "accommodation": FiringPattern(
        _type(0.02, 1.0, -55.0, 4.0, v_init=-65.0, u_init=-16.0, v_u=-65.0, u_decay=0.0),
        400.0,
        ((0.0, 200.0, 0.0, 8.0), (300.0, 312.5, 0.0, 4.0)),
        0.5,
    ),
    "inhibition_induced_spiking": FiringPattern(
        _type(-0.02, -1.0, -60.0, 8.0, v_init=-63.8, bias=80.0),
        350.0,
        _pulses(200.0, -5.0, 50.0),
        0.5,
    ),
    "inhibition_induced_bursting": FiringPattern(
        _type(-0.026, -1.0, -45.0, -2.0, v_init=-63.8, bias=80.0, **_as_published(0.5)),
        350.0,
        _pulses(200.0, -5.0, 50.0),
        0.5,
    ),
}

#: Everything that `preset` may name.
PRESETS: Mapping[str, Parameters] = {
    **TYPES,
    **{name: pattern.parameters for name, pattern in PATTERNS.items()},
}
