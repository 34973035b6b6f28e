"""Patterns that hold patterns: what they are made of is what they would be alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.patterns import _crossings
from neurospike_cli.events.patterns.mask import Mask
from neurospike_cli.events.patterns.moving_bar import MovingBar
from neurospike_cli.events.patterns.random import Random
from neurospike_cli.events.patterns.rotating import Rotating
from neurospike_cli.events.patterns.sequence import Sequence
from neurospike_cli.events.patterns.sum import Sum
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.stream import EventStream
from tests.events.brightness import generator

BAR, SPIN, NOISE = MovingBar(velocity=0.3), Rotating(), Random(rate=50.0)


def rows(events):
    return sorted(map(tuple, events.tolist()))


def test_sum_has_the_events_of_its_parts():
    whole = Sum(patterns=(BAR, SPIN, NOISE)).events(9, 7, 80.0, generator())
    streams = generator().spawn(3)
    parts = [p.events(9, 7, 80.0, own) for p, own in zip((BAR, SPIN, NOISE), streams, strict=True)]
    assert rows(whole) == sorted(row for part in parts for row in rows(part))
    assert (np.diff(whole["t"]) >= 0).all()


def test_another_part_leaves_the_others_as_they_were():
    two = rows(Sum(patterns=(BAR, SPIN)).events(9, 7, 80.0, generator()))
    three = rows(Sum(patterns=(BAR, SPIN, NOISE)).events(9, 7, 80.0, generator()))
    assert set(two) < set(three)


@pytest.mark.parametrize("kind", [Sum, Sequence])
def test_parts_that_only_together_are_too_many_are_refused(kind, monkeypatch):
    # 63 pixels at 20 Hz: 101 events in 80 ms, and in twelve times as long twelve times as many.
    monkeypatch.setattr(_crossings, "MAX_EVENTS", 150)
    part = Random(rate=20.0)
    few, many = kind(patterns=(part,)), kind(patterns=(part,) * 12)
    assert 0 < len(few.events(9, 7, 80.0, generator())) <= 150
    with pytest.raises(DataError, match="at most 150"):
        many.events(9, 7, 960.0, generator())


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.1, 10.0), min_size=1, max_size=6), st.floats(0.001, 50.0))
def test_parts_of_a_sequence_follow_each_other(shares, duration):
    parts = [Random(rate=1e4)] * len(shares)
    sequence = Sequence(patterns=tuple(parts), shares=tuple(shares))
    events = sequence.events(2, 2, duration, generator())
    EventStream(width=2, height=2, events=events)
    # The ends, in exact fractions of the whole, to the nearest µs.
    ends = [round(sum(shares[: i + 1]) / sum(shares) * duration * 1000) for i in range(len(parts))]
    assert sequence.bounds(duration) == pytest.approx([0, *ends], abs=1)
    bounds = sequence.bounds(duration)
    assert bounds[-1] == round(duration * 1000)
    found = []
    for i, own in enumerate(generator().spawn(len(parts))):
        alone = parts[i].events(2, 2, (bounds[i + 1] - bounds[i]) / 1000, own)
        found += [(t + bounds[i], x, y, p) for t, x, y, p in rows(alone)]
    assert rows(events) == sorted(found)


def test_sequence_divides_evenly_without_shares():
    assert Sequence(patterns=(BAR, SPIN)).bounds(100.0) == [0, 50_000, 100_000]
    assert Sequence(patterns=(BAR, SPIN), shares=(1.0, 3.0)).bounds(100.0) == [0, 25_000, 100_000]


def test_shares_are_one_for_each_pattern():
    with pytest.raises(ValidationError, match="one for each of the 2 patterns; got 1"):
        Sequence(patterns=(BAR, SPIN), shares=(1.0,))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9), st.integers(1, 9), st.floats(0.1, 8.0), st.booleans())
def test_mask_shows_what_lies_in_its_disk(width, height, radius, outside):
    mask = Mask(content=NOISE, radius=radius, x=2.0, y=1.5, outside=outside)
    seen = mask.events(width, height, 200.0, generator())
    expected = [
        row
        for row in NOISE.events(width, height, 200.0, generator()).tolist()
        if ((row[1] - 2.0) ** 2 + (row[2] - 1.5) ** 2 < radius**2) != outside
    ]
    assert seen.tolist() == expected


def test_disk_is_in_the_middle_and_as_large_as_fits():
    events = Mask(content=Random(rate=1e4)).events(9, 5, 50.0, generator())
    seen = {(int(x), int(y)) for x, y in zip(events["x"], events["y"], strict=True)}
    assert seen == {
        (x, y) for x in range(9) for y in range(5) if (x - 4) ** 2 + (y - 2) ** 2 < 6.25
    }


def test_patterns_nest_in_a_config():
    inner = {"pattern": "sequence", "patterns": [{"pattern": "random"}, {"pattern": "moving_bar"}]}
    outer = {"pattern": "sum", "patterns": [inner, {"pattern": "mask", "content": inner}]}
    source = Synthetic.model_validate({"source": "synthetic", "classes": {"a": outer}})
    assert Synthetic.model_validate(source.model_dump(mode="json")) == source
    assert len(source.read(0, 0)) > 0


@pytest.mark.parametrize(
    "changes",
    [{"patterns": []}, {"patterns": [{"pattern": "walking"}]}, {}, {"patterns": [{"rate": 1.0}]}],
)
def test_composition_of_nothing_is_refused(changes):
    with pytest.raises(ValidationError):
        Sum.model_validate({"pattern": "sum", **changes})
