"""ROC curves of noise filters against counting by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.events.filters.background_activity import BackgroundActivity
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.filters.hot_pixel import HotPixel
from neurospike_cli.events.filters.rate_limit import RateLimit
from neurospike_cli.events.filters.refractory import Refractory
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.truth import Truth
from neurospike_cli.metrics.filter_roc import roc_curve, truth_counts
from neurospike_cli.registry import discover
from tests.events.made_events import events_of, streams

SWEPT = {name: family for name, family in discover(Filter).items() if family.swept}


def with_truth(stream, seed=0):
    """Return a recording whose events are signal and noise at random, the first two one of each."""
    truth = np.random.default_rng(seed).integers(0, 4, len(stream), dtype=np.uint8)
    truth[:2] = [Truth.SIGNAL, Truth.SHOT]
    return replace(stream, truth=truth)


def test_what_is_swept_is_declared_by_the_filters_of_noise():
    assert set(SWEPT) == {"background_activity", "hot_pixel", "rate_limit", "refractory"}
    for family in SWEPT.values():
        assert family.swept.parameter in family.model_fields
        values = family.swept.values
        assert list(values) == sorted(set(values))
        for value in values:
            family.model_validate({family.swept.parameter: value})


@pytest.mark.parametrize("name", SWEPT)
@settings(deadline=None, max_examples=25)
@given(st.lists(streams().filter(lambda stream: len(stream) > 1), min_size=1, max_size=3))
def test_a_curve_is_what_is_counted_by_hand(name, recordings):
    recordings = [with_truth(stream, seed) for seed, stream in enumerate(recordings)]
    curve = roc_curve(SWEPT[name](), recordings)
    sweep = SWEPT[name].swept
    given_value = getattr(SWEPT[name](), sweep.parameter)
    values = [setting.value for setting in curve.settings]
    assert values == sorted({*sweep.values, given_value})
    for setting in [*curve.settings, curve.own]:
        variant = SWEPT[name].model_validate({sweep.parameter: setting.value})
        before, after = np.zeros((2, 4)), np.zeros((2, 4))
        for recording in recordings:
            for truth in recording.truth.tolist():
                before[0, truth] += 1
            for truth in variant.apply(recording).truth.tolist():
                after[0, truth] += 1
        assert setting.signal == after[0, 0] / before[0, 0]
        assert setting.noise == after[0, 1:].sum() / before[0, 1:].sum()
        for truth in Truth:
            if before[0, truth]:
                assert setting.kept[truth] == after[0, truth] / before[0, truth]
            else:
                assert np.isnan(setting.kept[truth])
    assert curve.own.value == given_value
    assert curve.best.signal - curve.best.noise == max(
        setting.signal - setting.noise for setting in curve.settings
    )


@pytest.mark.parametrize("name", sorted(set(SWEPT) - {"refractory"}))
@settings(deadline=None, max_examples=25)
@given(streams().filter(lambda stream: len(stream) > 1))
def test_a_filter_that_keeps_more_and_more_has_a_curve_that_only_rises(name, stream):
    # A longer refractory period may keep an event that a shorter one drops, so it is left out.
    curve = roc_curve(SWEPT[name](), [with_truth(stream)])
    for kind in ("noise", "signal"):
        kept = [getattr(setting, kind) for setting in curve.settings]
        assert kept == sorted(kept)


def test_the_area_is_one_for_a_filter_that_tells_all_and_half_for_one_that_tells_nothing():
    # A hot pixel of 50 events among neighbours of 2: a factor of 20 tells it, one of 50 does not.
    rows = [(1000 * k, 1, 1, 1) for k in range(50)]
    rows += [(1000 * k, x, y, 0) for k in range(2) for x in range(3) for y in range(3)]
    rows.sort()
    truth = np.array([Truth.HOT if row[1:] == (1, 1, 1) else Truth.SIGNAL for row in rows])
    stream = EventStream(3, 3, events_of(*rows), truth=truth.astype(np.uint8))
    told = roc_curve(HotPixel(), [stream])
    # The two signal events of the hot pixel itself go with it: 16 of 18 are kept.
    assert (told.best.signal, told.best.noise) == (16 / 18, 0.0)
    # From (0, 0) straight up to 16/18, then a straight line to (1, 1).
    assert told.area == pytest.approx((16 / 18 + 1) / 2, abs=1e-15)
    alike = EventStream(3, 3, events_of(*[(k, 0, 0, 1) for k in range(10)]))
    alike = replace(alike, truth=np.arange(10, dtype=np.uint8) % 2 * np.uint8(2))
    assert roc_curve(Refractory(), [alike]).points[0].tolist() == [0.0, 0.0]
    # One event in 10 µs is kept, a signal one: (0, 1/5), and a line to (1, 1).
    assert roc_curve(Refractory(), [alike]).area == pytest.approx(0.6, abs=1e-15)


def test_values_that_the_filter_forbids_are_left_out():
    stream = with_truth(EventStream(2, 2, events_of((0, 0, 0, 1), (1, 1, 1, 0))))
    # A window of 0.1 ms needs 10 kHz for one event.
    values = [s.value for s in roc_curve(RateLimit(window=0.1), [stream]).settings]
    assert values[0] == 10_000.0
    own = roc_curve(BackgroundActivity(window=3.0, support=2), [stream])
    assert own.own.value == 3.0
    assert own.filter.support == 2


def test_counts_are_of_what_tells_its_truth():
    stream = EventStream(2, 2, events_of((0, 0, 0, 1), (1, 1, 1, 0)))
    assert truth_counts([stream]).tolist() == [0, 0, 0, 0]
    told = replace(stream, truth=np.array([3, 3], np.uint8))
    assert truth_counts([stream, told]).tolist() == [0, 0, 0, 2]
