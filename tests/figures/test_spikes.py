"""Figures of the recorded activity: every number drawn is one of the run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neurospike_cli.events.signals.signal import Signal
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.figures import event_preview
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures.activity import ActivityHeatmap, bin_steps, binned_rates
from neurospike_cli.figures.raster import Raster
from tests.figures.reading import panels, said


def test_raster_draws_every_spike_of_three_samples(view: RunView) -> None:
    assert view.activity is not None
    figure = Raster().draw(view)
    grid = np.array(panels(figure)).reshape(3, 3)
    for row, train in zip(grid, view.activity.spikes.values(), strict=True):
        dense = train.to_dense()
        for sample, axes in enumerate(row):
            steps, neurons = np.nonzero(dense[sample])
            (line,) = axes.lines
            np.testing.assert_array_equal(line.get_xdata(), steps * train.dt)
            np.testing.assert_array_equal(line.get_ydata(), neurons)
            assert axes.get_xlim() == (0, train.duration)
            assert axes.get_ylim() == (train.n_channels - 0.5, -0.5)
    assert [a.get_xlabel() for a in grid[-1]] == ["time (ms)"] * 3
    assert [a.get_ylabel() for a in grid[:, 0]] == ["input\nchannel", "hidden.0\nneuron", "output"]


def test_raster_heads_a_wrong_answer_with_both_classes(view: RunView) -> None:
    assert "counterclockw1e\n→ counterclockw0e" in said(Raster().draw(view))


def test_activity_shows_rates_in_hertz(view: RunView) -> None:
    assert view.activity is not None
    figure = ActivityHeatmap(bins=20).draw(view)
    for axes, train in zip(panels(figure), view.activity.spikes.values(), strict=True):
        shown = axes.images[0].get_array()
        dense = train.to_dense().astype(float)
        expected = dense.reshape(4, 20, 5, -1).sum(axis=2).mean(axis=0).T / 5e-3
        np.testing.assert_allclose(shown, expected)
    bars = [a for a in figure.axes if a not in panels(figure)]
    assert {b.get_ylabel() for b in bars} == {"rate (Hz)"}


def test_the_last_shorter_bin_is_divided_by_its_own_length() -> None:
    regular = SpikeTrain.from_pairs(np.arange(7), np.zeros(7, int), dt=2.0, n_steps=7, n_channels=1)
    assert bin_steps(7, 3) == 3
    np.testing.assert_allclose(binned_rates(regular, 3), [[500.0, 500.0, 500.0]])


def stream(*events: tuple[int, int, int, int]) -> EventStream:
    return EventStream(4, 3, np.array(list(events), dtype=EVENT_DTYPE), duration=10.0)


def test_preview_of_a_stream_counts_events_and_signs_the_last() -> None:
    made = stream((0, 1, 2, 1), (500, 1, 2, 1), (900, 1, 2, 0), (9_999, 3, 0, 1))
    figure = event_preview.draw_streams([made, made], ["left", "right"])
    images = [a.images[0].get_array() for a in panels(figure)]
    expected = np.zeros((5, 3, 4))
    expected[0, 2, 1] = -3  # three events in the first slice, the last one OFF
    expected[4, 0, 3] = 1
    np.testing.assert_array_equal(images[:5], expected)
    assert "0–2 ms" in said(figure)
    assert {"left", "right"} <= set(said(figure).split("\n"))


def test_preview_says_how_many_classes_it_leaves_out() -> None:
    made = stream((0, 1, 2, 1))
    names = [str(number) for number in range(12)]
    assert "Input events\n10 of 12 classes" in said(event_preview.draw_streams([made] * 12, names))
    few = event_preview.draw_streams([made], ["a"], classes=3)
    assert "Input events\n1 of 3 classes" in said(few)
    assert "classes" not in said(event_preview.draw_streams([made], ["a"], classes=1))


def test_preview_of_silence_is_empty() -> None:
    figure = event_preview.draw_streams([stream()], ["nothing"])
    assert not any(a.images[0].get_array().any() for a in panels(figure))


def test_preview_of_recorded_spikes_finds_the_pixel(big: RunView) -> None:
    assert big.activity is not None
    plane, y, x = 1, 20, 7
    train = SpikeTrain.from_pairs(
        np.array([50]), np.array([(plane * 34 + y) * 34 + x]),
        dt=1.0, n_steps=100, n_channels=2312,
    )  # fmt: skip
    recorded = replace(
        big.activity, spikes={"input": train}, labels=np.array([3]), predicted=np.array([3])
    )
    figure = event_preview.EventPreview().draw(replace(big, activity=recorded))
    images = np.array([a.images[0].get_array() for a in panels(figure)])
    assert np.argwhere(images).tolist() == [[2, y, x]]
    assert images[2, y, x] == 1


def test_preview_of_images_shows_them_beside_their_spikes(big: RunView) -> None:
    assert big.activity is not None
    rows = len(big.activity.labels)
    pictures = np.arange(rows * 34 * 34).reshape(rows, 34, 34).astype(np.uint8)
    shown = replace(big, activity=replace(big.activity, pictures=pictures))
    with_images, without = (event_preview.EventPreview().draw(view) for view in (shown, big))
    drawn = np.array([a.images[0].get_array() for a in panels(with_images)])
    slices = np.array([a.images[0].get_array() for a in panels(without)])
    drawn = drawn.reshape(-1, 6, 34, 34)
    np.testing.assert_array_equal(drawn[:, 0], pictures[: len(drawn)])
    np.testing.assert_array_equal(drawn[:, 1:], slices.reshape(-1, 5, 34, 34))
    titles = [axes.get_title() for axes in panels(with_images)[:6]]
    assert titles == ["image", *(axes.get_title() for axes in panels(without)[:5])]


def test_a_sensor_of_one_row_is_drawn_against_time() -> None:
    events = np.array([(2_000, 3, 0, 1), (4_000, 5, 0, 0)], dtype=EVENT_DTYPE)
    figure = event_preview.draw_streams([EventStream(8, 1, events)], ["sound"])
    on, off = panels(figure)[0].lines
    assert (on.get_xdata().tolist(), on.get_ydata().tolist()) == ([2.0], [3])
    assert (off.get_xdata().tolist(), off.get_ydata().tolist()) == ([4.0], [5])


@pytest.mark.parametrize("kind", [Raster, ActivityHeatmap])
def test_no_recorded_sample_is_no_data(kind: type, view: RunView) -> None:
    assert "no data yet" in said(kind().draw(replace(view, activity=None)))


def test_a_line_of_channels_shows_the_signal_behind_its_events() -> None:
    """Around line x, the largest distance from a channel's mean over all signals at 0.45."""
    events = np.array([(2_000, 0, 0, 1), (3_000, 1, 0, 0)], dtype=EVENT_DTYPE)
    made = EventStream(2, 1, events, duration=10.0)
    first = Signal(np.array([0.0, 4000.0]), np.array([[0.0, 7.0], [3.0, 7.0]]), None, "")
    second = Signal(np.array([0.0]), np.array([[-6.0, 7.0]]), None, "")
    streams, names = [made] * 3, ["a", "b", "c"]
    figure = event_preview.draw_streams(streams, names, [first, None, second])
    # Channel 0 has the values 0, 3, -6: mean -1, at most 5 away. Channel 1 never changes.
    heights = [[[0.45 / 5, 0.45 * 4 / 5], [1, 1]], [], [[-0.45], [1]]]
    for axes, expected in zip(panels(figure), heights, strict=True):
        *lines, _, _ = axes.lines  # ON and OFF events are last
        for line, values in zip(lines, expected, strict=True):
            np.testing.assert_allclose(line.get_ydata(), values, rtol=1e-12)
    assert panels(figure)[0].lines[0].get_xdata().tolist() == [0.0, 4.0]
    other = Signal(np.zeros(1), np.zeros((1, 3)), None, "")
    plain = event_preview.draw_streams(streams, names, [None, other, None])
    assert [len(axes.lines) for axes in panels(plain)] == [2, 2, 2]
