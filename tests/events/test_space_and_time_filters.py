"""Filters that choose or move events by place, time and polarity, event by event."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.filters.crop import Crop
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.filters.flip import Flip
from neurospike_cli.events.filters.polarity import Polarity
from neurospike_cli.events.filters.region_of_interest import RegionOfInterest
from neurospike_cli.events.filters.spatial_downsample import SpatialDownsample
from neurospike_cli.events.filters.temporal_downsample import TemporalDownsample
from neurospike_cli.events.filters.time_window import TimeWindow
from neurospike_cli.events.filters.transpose import Transpose
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.sources.dataset import Dataset
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import discover
from tests.events.made_events import events_of, rows_of, streams

#: A filter of each kind; on a sensor of at least 3×2 px each of them fits.
FILTERS = {
    "crop": {"x": 1, "width": 2, "height": 2},
    "region_of_interest": {"x": 1, "width": 2, "height": 2},
}
LARGE = st.integers(3, 6)


def filter_of(name):
    return discover(Filter)[name].model_validate({"type": name, **FILTERS.get(name, {})})


@pytest.mark.parametrize("name", sorted(discover(Filter)))
@settings(deadline=None, max_examples=30)
@given(streams(sides=LARGE))
def test_every_filter_accounts_for_every_event(name, stream):
    chosen = filter_of(name)
    result = chosen.apply(stream)
    assert result.dropped == {name: len(stream) - len(result)}
    assert (result.width, result.height) == chosen.size(stream.width, stream.height)
    assert chosen.checks(stream.width, stream.height) == []
    assert (result.label, result.provenance) == (stream.label, stream.provenance)


@pytest.mark.parametrize("name", sorted(discover(Filter)))
@settings(deadline=None, max_examples=30)
@given(streams(sides=LARGE))
def test_the_truth_of_an_event_goes_where_the_event_goes(name, stream):
    numbers = np.arange(len(stream), dtype=np.uint8)  # of at most 256 events
    before = rows_of(stream)
    result = filter_of(name).apply(replace(stream, truth=numbers))
    assert rows_of(result) == rows_of(filter_of(name).apply(stream))
    assert rows_of(stream) == before
    assert (np.diff(result.truth.astype(int)) > 0).all()
    # No filter changes a polarity, and none makes an event later.
    assert result.events["p"].tolist() == stream.events["p"][result.truth].tolist()
    assert (result.events["t"] <= stream.events["t"][result.truth]).all()


@settings(deadline=None)
@given(streams(), st.data())
def test_region_keeps_its_events_and_crop_moves_them(stream, data):
    x = data.draw(st.integers(0, stream.width - 1))
    y = data.draw(st.integers(0, stream.height - 1))
    width = data.draw(st.integers(1, stream.width - x))
    height = data.draw(st.integers(1, stream.height - y))
    inside = [r for r in rows_of(stream) if x <= r[1] < x + width and y <= r[2] < y + height]
    region = RegionOfInterest(x=x, y=y, width=width, height=height).apply(stream)
    assert rows_of(region) == inside
    assert (region.width, region.height) == (stream.width, stream.height)
    crop = Crop(x=x, y=y, width=width, height=height).apply(stream)
    assert rows_of(crop) == [(t, u - x, v - y, p) for t, u, v, p in inside]
    assert (crop.width, crop.height) == (width, height)
    assert crop.dropped == {"crop": len(stream) - len(inside)}


def test_rectangle_that_leaves_the_sensor_is_refused():
    stream = EventStream(width=8, height=4, provenance="a.bin")
    with pytest.raises(DataError, match=r"crop: x [+] width must be at most .* 8 px; got 5 [+] 4"):
        Crop(x=5, width=4, height=1).apply(stream)
    assert RegionOfInterest(width=9, height=5).checks(8, 4) == [
        ("width", "x + width must be at most the sensor's 8 px; got 0 + 9"),
        ("height", "y + height must be at most the sensor's 4 px; got 0 + 5"),
    ]


@settings(deadline=None)
@given(streams(last=20), st.integers(1, 4))
def test_coarser_sensor_has_one_event_where_several_coincide(stream, factor):
    kept = []
    for t, x, y, p in rows_of(stream):
        row = (t, x // factor, y // factor, p)
        kept += [] if row in kept else [row]
    result = SpatialDownsample(factor=factor).apply(stream)
    assert rows_of(result) == kept
    assert result.dropped == {"spatial_downsample": len(stream) - len(kept)}
    assert result.width == len(range(0, stream.width, factor))
    assert result.height == len(range(0, stream.height, factor))


@settings(deadline=None)
@given(streams(sides=st.integers(1, 2)), st.integers(1, 5000))
def test_coarser_clock_has_one_event_where_several_coincide(stream, period_us):
    kept = []
    for t, x, y, p in rows_of(stream):
        row = (t // period_us * period_us, x, y, p)
        kept += [] if row in kept else [row]
    result = TemporalDownsample(period=period_us / 1000).apply(stream)
    assert rows_of(result) == kept
    assert result.dropped == {"temporal_downsample": len(stream) - len(kept)}


@given(streams())
def test_polarities_divide_the_recording(stream):
    rows = rows_of(stream)
    assert rows_of(Polarity(keep="on").apply(stream)) == [r for r in rows if r[3] == 1]
    assert rows_of(Polarity(keep="off").apply(stream)) == [r for r in rows if r[3] == 0]


@given(streams(), st.integers(0, 8000), st.integers(1, 8000))
def test_window_keeps_its_events_and_may_begin_at_0(stream, start, length):
    window = {"start": start / 1000, "end": (start + length) / 1000}
    inside = [r for r in rows_of(stream) if start <= r[0] < start + length]
    assert rows_of(TimeWindow(**window, rebase=False).apply(stream)) == inside
    moved = TimeWindow(**window).apply(stream)
    assert rows_of(moved) == [(t - start, x, y, p) for t, x, y, p in inside]
    assert moved.duration == pytest.approx(length / 1000)
    open_end = TimeWindow(start=start / 1000, rebase=False).apply(stream)
    assert rows_of(open_end) == [r for r in rows_of(stream) if r[0] >= start]


def test_window_ends_with_the_recording():
    stream = EventStream(width=1, height=1, events=events_of((0, 0, 0, 1)), duration=10.0)
    assert TimeWindow(start=4.0).apply(stream).duration == 6.0
    assert TimeWindow(start=4.0, end=99.0).apply(stream).duration == 6.0
    assert TimeWindow(start=40.0).apply(stream).duration == 0.0
    assert TimeWindow(start=4.0, rebase=False).apply(stream).duration == 10.0
    with pytest.raises(ValidationError, match="end must be after start, 5 ms; got 5 ms"):
        TimeWindow(start=5.0, end=5.0)


@given(streams())
def test_mirrors_are_their_own_inverses(stream):
    rows = rows_of(stream)
    w, h = stream.width, stream.height
    assert rows_of(Flip().apply(stream)) == [(t, w - 1 - x, y, p) for t, x, y, p in rows]
    upside_down = Flip(horizontal=False, vertical=True)
    assert rows_of(upside_down.apply(stream)) == [(t, x, h - 1 - y, p) for t, x, y, p in rows]
    turned = Transpose().apply(stream)
    assert rows_of(turned) == [(t, y, x, p) for t, x, y, p in rows]
    assert (turned.width, turned.height) == (h, w)
    for mirror in (Flip(), Flip(vertical=True), Transpose()):
        assert rows_of(mirror.apply(mirror.apply(stream))) == rows


def test_flip_of_nothing_is_refused():
    with pytest.raises(ValidationError, match="nothing is flipped"):
        Flip(horizontal=False)


def source_of(**changes):
    return Synthetic.model_validate(
        {
            "source": "synthetic",
            "sensor": {"width": 9, "height": 6},
            "classes": {"a": {"pattern": "moving_bar"}, "b": {"pattern": "rotating"}},
            "samples_per_class": 4,
            **changes,
        }
    )


def test_encoder_has_the_channels_of_the_filtered_sensor():
    steps = [
        {"type": "crop", "x": 1, "y": 0, "width": 8, "height": 5},
        {"type": "transpose"},
        {"type": "spatial_downsample", "factor": 2},
    ]
    source = source_of(filters=steps)
    assert source.sensor_size == (9, 6)
    assert source.input_size == (3, 4)
    assert source.checks() == []
    data = load_split(source, "train", 0)
    assert data.spikes.n_channels == 12
    raw = [source.read(int(i), 0) for i in data.recordings]
    made = [source.apply_filters(recording) for recording in raw]
    assert all((m.width, m.height) == (3, 4) for m in made)
    # Conservation: what came in is in the recordings, or was counted.
    filtered = data.dropped["crop"] + data.dropped["spatial_downsample"]
    assert sum(map(len, raw)) == sum(map(len, made)) + filtered
    assert sum(map(len, raw)) == data.spikes.nnz + sum(data.dropped.values())
    assert set(data.dropped) == {"crop", "spatial_downsample", "merged"}


def test_filter_that_does_not_fit_is_found_before_any_data_is_made():
    steps = [{"type": "spatial_downsample"}, {"type": "crop", "width": 6, "height": 3}]
    message = "x + width must be at most the sensor's 5 px; got 0 + 6"
    assert source_of(filters=steps).checks() == [("filters.1.width", message)]
    absent = Dataset(root="nowhere", filters=({"type": "crop", "width": 6, "height": 3},))
    assert absent.checks() == []
