"""What is counted of a recording, block by block, is what plain loops count of all of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats.npy import NPY
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.surveys import recording_survey
from neurospike_cli.events.surveys.recording_facts import (
    in_hertz,
    in_time,
    recording_facts,
    recording_numbers,
)
from neurospike_cli.events.surveys.recording_images import slice_images
from neurospike_cli.events.surveys.recording_survey import (
    MOST_PIXELS,
    RateBins,
    Survey,
    survey,
    survey_of,
)
from tests.events.made_events import events_of, streams

TIMES = st.integers(0, 60_000) | st.integers(0, 300_000) | st.integers(0, 900)
ROWS = st.lists(
    st.tuples(TIMES, st.integers(0, 7), st.integers(0, 5), st.integers(0, 1)),
    min_size=1, max_size=60,
)  # fmt: skip


def bin_width(times):
    """Return the width of bins in µs: 10 ms, or what makes at most 100 of a short recording."""
    farthest = max(abs(time - times[0]) for time in times)
    return next((width for width in (10, 100, 1_000) if farthest < 100 * width), 10_000)


def counted(rows, cuts=(), told=None):
    """Return the survey of events (t, x, y, p) that come in blocks, cut at `cuts`."""
    found = Survey("made", told, Counter())
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    for part in np.split(table, sorted(c % (len(rows) + 1) for c in cuts)):
        found.add(Columns(*part.T))
    return found


@given(ROWS, st.lists(st.integers(0, 60), max_size=5))
def test_counts_are_those_of_plain_loops(rows, cuts):
    found = counted(rows, cuts, told=(6, 6))
    times = [row[0] for row in rows]
    steps = [after - before for before, after in pairwise(times)]
    assert (found.events, found.on) == (len(rows), sum(row[3] for row in rows))
    assert (found.earliest, found.latest, found.last) == (min(times), max(times), times[-1])
    assert found.backwards == sum(step < 0 for step in steps)
    assert found.gap == max([0, *steps])
    if found.gap:
        assert found.gap_begin == times[steps.index(found.gap)]
    pixels = Counter((x, y) for _, x, y, _ in rows)
    assert {(x, y): n for x, y, n in found.busiest(99)} == pixels
    assert [n for *_, n in found.busiest(3)] == sorted(pixels.values(), reverse=True)[:3]
    assert found.outside == sum(x >= 6 for _, x, _, _ in rows)
    assert (found.width, found.height) == (max(x for _, x, _, _ in rows) + 1,
                                           max(y for _, _, y, _ in rows) + 1)  # fmt: skip
    width = bin_width(times)
    bins = Counter((t - times[0]) // width for t in times)
    most, begin = found.bins.peak
    assert (found.bins.width, most) == (width, max(bins.values()))
    assert begin == times[0] + width * min(i for i, n in bins.items() if n == most)


@given(ROWS, st.integers(1, 12))
def test_curves_hold_every_event(rows, most):
    times, rates = counted(rows).bins.curves(most)
    assert len(times) == len(rates) <= most
    first = rows[0][0]
    step = bin_width([row[0] for row in rows])
    bins = sorted((row[0] - first) // step for row in rows)
    width = step * 1e-6 * -(-(bins[-1] - bins[0] + 1) // most)
    on = sum(row[3] for row in rows)
    # Rates are sums divided by the width, of at most 60 events.
    assert (rates * width).sum(axis=0) == pytest.approx([len(rows) - on, on], abs=1e-9)
    assert times[0] == pytest.approx(bins[0] * step * 1e-6 + width / 2, abs=1e-9)


def test_bins_become_wider_where_they_are_many(monkeypatch):
    monkeypatch.setattr(recording_survey, "_MOST_BINS", 5)
    bins = RateBins()
    times = np.arange(0, 400_000, 4_000)
    bins.add(times, times % 8_000 == 0)
    assert bins.width == 100_000
    assert {i: counts.tolist() for i, counts in bins.counts.items()} == {
        i: [12 + i % 2, 13 - i % 2] for i in range(4)
    }


@pytest.mark.parametrize("cuts", [[], [1], [2]])
def test_a_pixel_that_no_sensor_has_takes_no_memory(cuts):
    found = counted([(0, 1, 1, 1), (1, 65_535, 65_535, 1), (2, 0, 1, 0)], cuts)
    assert (found.width, found.height) == (65_536, 65_536)
    assert found.counts.size <= MOST_PIXELS
    assert sorted(found.busiest(5)) == [(0, 1, 1), (1, 1, 1)]
    words = recording_facts(found)["pixels"]
    assert words == "2 of 4,294,967,296 with events; 1 events are too far out to be counted"


def test_a_row_of_many_pixels_is_counted():
    found = counted([(0, 1, 0, 1), (1, 65_535, 0, 1)])
    assert found.busiest(5) == [(1, 0, 1), (65_535, 0, 1)]


def test_a_pixel_that_stands_out_is_named():
    quiet = [(i, i % 5, i // 5 % 5, 1) for i in range(50)]
    found = counted(quiet + [(60 + i, 2, 3, 0) for i in range(20)])
    # 2 events of each pixel, and 22 of this one, above 5 times the median of 2.
    assert found.hot() == [(2, 3, 22)]
    assert recording_facts(found)["hot pixels"] == "1 stands out: (2, 3) 22"
    assert recording_facts(counted(quiet))["hot pixels"] == "none stands out from its neighbours"


@given(streams(), st.integers(0, 40))
def test_a_recording_in_memory_is_counted_as_a_file_is(stream, late):
    stream = replace(stream, dropped={"crop": late})
    told = stream.width, stream.height
    expected = counted(stream.events.tolist(), told=told)
    found = survey_of(stream)
    assert (found.told, found.outside, found.stepped_over) == (told, 0, {"crop": late})
    numbers = recording_numbers(found)
    assert numbers | {"stepped_over": {}} == recording_numbers(expected) | {"stepped_over": {}}


@settings(deadline=None, max_examples=40)
@given(streams(), st.integers(1, 5))
def test_images_of_slices_are_those_of_a_plain_loop(tmp_path_factory, stream, slices):
    if not len(stream):
        return
    path = tmp_path_factory.mktemp("file") / "a.npy"
    NPY().write(stream, path)
    found = survey(path)
    expected = np.zeros((slices, found.height, found.width))
    for t, x, y, p in stream.events.tolist():
        step = (t - found.earliest) * slices // (found.length + 1)
        expected[step, y, x] = (abs(expected[step, y, x]) + 1) * (1 if p else -1)
    assert slice_images(path, found, slices).tolist() == expected.tolist()


def test_slices_are_of_one_length(tmp_path: Path):
    NPY().write(EventStream(1, 1, events_of(*((i, 0, 0, 1) for i in range(10)))), tmp_path / "a")
    images = slice_images(tmp_path / "a", survey(tmp_path / "a"), 5)
    assert images.ravel().tolist() == [2.0] * 5


def test_images_of_a_large_sensor_are_smaller(tmp_path: Path):
    path = tmp_path / "a.npy"
    NPY().write(EventStream(700, 2, events_of((0, 0, 0, 1), (5, 2, 1, 0), (9, 699, 1, 1))), path)
    images = slice_images(path, survey(path), 1)
    # 700 px are 234 blocks of 3.
    assert images.shape == (1, 1, 234)
    assert (images[0, 0, 0], images[0, 0, 233], np.abs(images).sum()) == (-2.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 s"), (999, "999 us"), (1000, "1 ms"), (1234567, "1.235 s"), (3.6e9, "3600 s")],
)
def test_times_are_told_in_the_unit_that_suits(value, text):
    assert in_time(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5 Hz"), (1000, "1 kHz"), (5437010, "5.437 MHz")]
)
def test_rates_are_told_in_the_unit_that_suits(value, text):
    assert in_hertz(value) == text


def test_the_peak_rate_of_a_short_recording_is_no_less_than_its_rate():
    # 1,000 events in 1 ms, evenly: 1 MHz, which one bin of 10 ms would make 100 kHz.
    found = counted([(t, 0, 0, 1) for t in range(1_000)])
    facts = recording_facts(found)
    assert (facts["rate"], facts["peak rate"]) == ("1.001 MHz", "1 MHz in 10 us from 0 s on")
    assert len(found.bins.curves(400)[0]) == 100


@pytest.mark.parametrize(
    ("last", "width"),
    [(999, 10), (1_000, 100), (9_999, 100), (10_000, 1_000), (99_999, 1_000), (100_000, 10_000)],
)
def test_a_hundred_bins_are_the_most_of_a_short_recording(last, width):
    assert counted([(0, 0, 0, 1), (last, 0, 0, 1)]).bins.width == width
