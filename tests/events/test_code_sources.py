"""Rates and fixed spike trains in groups of channels: their statistics, and what repeats exactly.

Seeds are fixed; a right generator gives p < 1e-4 for one seed in ten thousand.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm

from neurospike_cli.events.sources.rate_code import RateCode
from neurospike_cli.events.sources.spike_code import SpikeCode

LEAST = 1e-4
RATES = {
    "source": "rate_code",
    "duration": 500.0,
    "groups": [30, 20, 10],
    "classes": {"equal": [[0.0, 0.0, 15.0], [40.0, 25.0, 15.0]], "unequal": [[0.0, 25.0, 15.0]]},
    "samples_per_class": 60,
}
CODES = {
    "source": "spike_code",
    "duration": 500.0,
    "groups": [20, 30],
    "rate": 20.0,
    "classes": {"equal": [[0, 0], [1, 1]], "unequal": [[0, 1], [1, 0]]},
    "samples_per_class": 4,
}


def rates_of(**changes: object) -> RateCode:
    return RateCode.model_validate({**RATES, **changes})


def codes_of(**changes: object) -> SpikeCode:
    return SpikeCode.model_validate({**CODES, **changes})


def of_group(source: SpikeCode, index: int, group: int, seed: int = 1) -> list[tuple[int, int]]:
    """Return (time in µs, channel) of the events of a group in a recording."""
    events = source.read(index, seed).events
    start = sum(source.groups[:group])
    inside = (events["x"] >= start) & (events["x"] < start + source.groups[group])
    return list(zip(events["t"][inside].tolist(), events["x"][inside].tolist(), strict=True))


def test_channels_lie_in_a_row_group_after_group() -> None:
    source = rates_of()
    assert source.sensor_size == (60, 1)
    assert source.class_names() == ("equal", "unequal")
    assert source.labels().tolist() == [0] * 60 + [1] * 60
    stream = source.read(61, 0)
    assert (stream.width, stream.height, stream.label, stream.duration) == (60, 1, 1, 500.0)
    assert stream.provenance == "rate_code unequal/1"
    assert stream.events["x"].min() >= 30  # the first group is silent in this class
    assert (stream.events["y"] == 0).all()
    assert (stream.events["p"] == 1).all()
    assert (np.diff(stream.events["t"]) >= 0).all()


def test_patterns_take_turns() -> None:
    """The first group is silent in the first pattern of `equal` alone: samples 0, 2, 4 …"""
    source = rates_of()
    silent = [not (source.read(i, 0).events["x"] < 30).any() for i in range(6)]
    assert silent == [True, False] * 3


def counts(source: RateCode, recordings: range) -> np.ndarray:
    """Return events of each channel, (recording, channel)."""
    return np.stack([np.bincount(source.read(i, 5).events["x"], minlength=60) for i in recordings])


def test_counts_of_channels_are_poisson() -> None:
    """N counts of mean λ: their sum, and Σ (n - λ)²/λ, which is χ² with N degrees of freedom."""
    found = counts(rates_of(), range(1, 60, 2))
    for start, stop, rate in ((0, 30, 40.0), (30, 50, 25.0), (50, 60, 15.0)):
        part, mean = found[:, start:stop], rate * 0.5
        z = (part.sum() - mean * part.size) / np.sqrt(mean * part.size)
        assert 2 * norm.sf(abs(z)) > LEAST
        spread = float(((part - mean) ** 2).sum() / mean)
        # Normal approximation of χ²: its variance is 2 N, and N/λ more for the counts' skew.
        z = (spread - part.size) / np.sqrt(part.size * (2.0 + 1.0 / mean))
        assert 2 * norm.sf(abs(z)) > LEAST
    assert chi2.sf(float(((found[:, :30] - 20.0) ** 2).sum() / 20.0), 900) > LEAST


def test_times_are_even_over_the_recording_and_new_in_each() -> None:
    source = rates_of()
    times = np.concatenate([source.read(i, 5).events["t"] for i in range(1, 60, 2)])
    assert kstest(times / 5e5, "uniform").pvalue > LEAST
    assert times.min() >= 0
    assert times.max() < 500_000
    first, second = source.read(1, 5).events, source.read(3, 5).events
    assert not np.isin(first["t"], second["t"]).all()
    np.testing.assert_array_equal(first, rates_of().read(1, 5).events)


def test_a_recording_does_not_depend_on_how_many_there_are() -> None:
    few, many = rates_of(), rates_of(samples_per_class=100)
    np.testing.assert_array_equal(few.read(60 + 7, 2).events, many.read(100 + 7, 2).events)


def test_a_code_is_the_same_wherever_it_stands() -> None:
    """Recordings: equal 00, 11, 00, 11, then unequal 01, 10, 01, 10."""
    source = codes_of()
    for group, of_code in ((0, ([0, 2, 4, 6], [1, 3, 5, 7])), (1, ([0, 2, 5, 7], [1, 3, 4, 6]))):
        zero, one = ([of_group(source, i, group) for i in which] for which in of_code)
        assert all(events == zero[0] for events in zero)
        assert all(events == one[0] for events in one)
        assert zero[0] != one[0]
        assert len(zero[0]) > 100  # 200 and 300 expected
    other = codes_of(duration=500.0, samples_per_class=9)
    assert of_group(other, 9 + 1, 0) == of_group(source, 5, 0)


def test_codes_are_drawn_by_the_seed_and_differ_between_groups() -> None:
    source = codes_of(groups=[20, 20])
    first, second = of_group(source, 0, 0), of_group(source, 0, 1)
    assert [t for t, _ in first] != [t for t, _ in second]
    assert of_group(source, 0, 0, seed=2) != first
    assert of_group(source, 0, 0, seed=1) == first


def test_codes_have_the_mean_rate() -> None:
    """600 channels of 20 Hz for 0.5 s: 6000 events, ± sqrt(6000)."""
    source = codes_of(groups=[600], classes={"one": [[0]]})
    z = (len(source.read(0, 3)) - 6000) / np.sqrt(6000)
    assert 2 * norm.sf(abs(z)) > LEAST


def test_jitter_moves_events_by_a_normal_number() -> None:
    """At 0.2 Hz most channels have one event or none: there before and after are compared."""
    plain = codes_of(groups=[3000], rate=0.2, classes={"one": [[0]]})
    moved = codes_of(groups=[3000], rate=0.2, jitter=3.0, classes={"one": [[0]]})
    before, after = (
        {x: t for t, x in of_group(source, 0, 0) if 20_000 < t < 480_000}
        for source in (plain, moved)
    )
    alone = [x for x in before if x in after]
    assert len(alone) > 200  # of 3000 × 0.2 Hz × 0.46 s = 276
    shifts = np.array([after[x] - before[x] for x in alone]) / 1e3
    shifts = shifts[np.abs(shifts) < 20.0]  # a second event of the same channel
    assert kstest(shifts, "norm", args=(0.0, 3.0)).pvalue > LEAST


def test_jitter_differs_between_recordings_and_loses_what_leaves() -> None:
    source = codes_of(jitter=5.0)
    assert of_group(source, 0, 0) != of_group(source, 2, 0)
    wide = codes_of(jitter=1e4)
    lost = len(wide.read(0, 1)) / len(codes_of().read(0, 1))
    # Of a normal of 10 s, some 0.5 s · φ(0)/10 s = 2 % stay within the half second.
    assert 0 < lost < 0.1
    times = wide.read(0, 1).events["t"]
    assert (times >= 0).all()
    assert (times < 500_000).all()


def test_noise_is_added_and_takes_nothing() -> None:
    plain, noisy = codes_of(), codes_of(noise=10.0)
    added = []
    for i in range(4):
        clean, all_events = of_group(plain, i, 1), of_group(noisy, i, 1)
        assert set(clean) <= set(all_events)
        added.append(len(all_events) - len(clean))
    # 30 channels of 10 Hz for 0.5 s, four times.
    assert 2 * norm.sf(abs(sum(added) - 600) / np.sqrt(600)) > LEAST
    assert len(set(added)) > 1


@pytest.mark.parametrize("source", [rates_of, codes_of])
def test_checks_name_the_pattern_and_the_field(source) -> None:
    assert source().checks() == []
    wrong = source(classes={"a": [[1, 1, 1, 1], [0]]}, samples_per_class=2)
    expected = len(source().groups)
    assert wrong.checks() == [
        ("classes.a.0", f"must have {expected} entries, one for each group; got 4"),
        ("classes.a.1", f"must have {expected} entries, one for each group; got 1"),
        (
            "samples_per_class",
            "must be at least 3, one for each part of the split in use; got 2",
        ),
    ]
    assert source().model_validate(source().model_dump(mode="json")) == source()
