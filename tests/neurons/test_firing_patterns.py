"""Each of the twenty published patterns does what its name says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from neurospike_cli.neurons._firing_patterns import PATTERNS, PRESETS, TYPES
from neurospike_cli.neurons.izhikevich import Izhikevich
from neurospike_cli.verification.neurons._single import run_single


def response(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the membrane in every step and the times of the spikes, in mV and ms."""
    pattern = PATTERNS[name]
    v, spikes = run_single(
        Izhikevich(preset=name), pattern.current * pattern.dt, pattern.dt, "compiled"
    )
    return v, pattern.dt * (1 + spikes)


def bursts(spikes: np.ndarray) -> list[int]:
    """Return how many spikes each group has, of those that follow within 15 ms."""
    return [len(group) for group in np.split(spikes, np.flatnonzero(np.diff(spikes) > 15) + 1)]


def peaks_after(v: np.ndarray, step: int) -> int:
    """Return how many maxima the membrane has from a step on."""
    rising = np.diff(v[step:]) > 0
    return int((rising[:-1] & ~rising[1:]).sum())


#: What the pattern's name says, of the membrane v and the spike times t.
SAYS: dict[str, Callable[[np.ndarray, np.ndarray], bool]] = {
    "tonic_spiking": lambda v, t: len(t) >= 4 and abs(np.diff(t, 2)[-1]) < 1,
    "phasic_spiking": lambda v, t: len(t) == 1,
    "tonic_bursting": lambda v, t: len(bursts(t)) >= 4 and min(bursts(t)) >= 2,
    "phasic_bursting": lambda v, t: len(bursts(t)) == 1 and len(t) >= 5 and t[-1] < 100,
    "mixed_mode": lambda v, t: bursts(t)[0] >= 3 and set(bursts(t)[1:]) == {1},
    "spike_frequency_adaptation": lambda v, t: bool((np.diff(t, 2) > 0).all()),
    "class_1": lambda v, t: np.diff(t)[0] > 40,
    "class_2": lambda v, t: np.diff(t)[0] < 20,
    "spike_latency": lambda v, t: len(t) == 1 and t[0] > 13 + 5,
    "subthreshold_oscillations": lambda v, t: len(t) == 1 and peaks_after(v, 200) >= 2,
    "resonator": lambda v, t: len(t) == 1 and t[0] > 320,
    "integrator": lambda v, t: len(t) == 1 and 14 < t[0] < 30,
    "rebound_spike": lambda v, t: len(t) == 1 and t[0] > 25,
    "rebound_burst": lambda v, t: len(bursts(t)) == 1 and len(t) >= 5 and t[0] > 25,
    "threshold_variability": lambda v, t: len(t) == 1 and t[0] > 80,
    "bistability": lambda v, t: len(t) >= 3 and t[0] > 37.5 and t[-1] < 221,
    "depolarizing_afterpotential": lambda v, t: len(t) == 1 and v[130:].max() > -55,
    "accommodation": lambda v, t: len(t) == 1 and t[0] > 300,
    "inhibition_induced_spiking": lambda v, t: t[0] > 50 and t[-1] < 260 and len(t) >= 3,
    "inhibition_induced_bursting": lambda v, t: t[0] > 50 and t[-1] < 260 and min(bursts(t)) >= 5,
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_what_its_name_says(name: str) -> None:
    assert SAYS[name](*response(name))


def test_there_are_seven_types_and_twenty_patterns() -> None:
    assert len(TYPES) == 7
    assert set(SAYS) == set(PATTERNS)
    assert len(PATTERNS) == 20
    assert set(PRESETS) == set(TYPES) | set(PATTERNS)


@pytest.mark.parametrize("name", PATTERNS)
def test_pieces_of_a_stimulus_are_in_order_and_within_its_duration(name: str) -> None:
    edges = [edge for piece in PATTERNS[name].stimulus for edge in piece[:2]]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= PATTERNS[name].duration


def test_a_stimulus_is_a_current_in_every_step() -> None:
    ramp = PATTERNS["class_1"]
    t, current = ramp.times, ramp.current
    np.testing.assert_allclose(current, np.where(t > 30, 0.075 * (t - 30), 0), atol=1e-12)
    pulse = PATTERNS["spike_latency"].current
    assert set(pulse) == {0.0, 7.04}
    assert (pulse > 0).sum() == 14  # 3 ms in steps of 0.2 ms, without the ends
