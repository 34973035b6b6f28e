"""The figure of noise filters: whose recordings it shows, what it marks, and when it has none."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from neurospike_cli.config.load import load_experiment
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures.filter_roc import FilterRoc
from neurospike_cli.metrics.filter_roc import roc_curve
from neurospike_cli.runs.directory import RESOLVED_CONFIG
from tests.figures.reading import outside, overlapping, said

CONFIG = """\
name: filters
seed: 3
data:
  source: synthetic
  sensor: {width: 8, height: 6}
  duration: 50.0
  classes:
    right: {pattern: moving_bar, direction: 0.0, velocity: 0.5}
    left: {pattern: moving_bar, direction: 180.0, velocity: 0.5}
  samples_per_class: 6
DATA
network: {hidden: [{size: 4}]}
training: {phases: [{rule: surrogate_gradient, epochs: 1}]}
"""


def view_of(folder: Path, *lines: str) -> RunView:
    text = CONFIG.replace("DATA\n", "".join(f"  {line}\n" for line in lines))
    (folder / RESOLVED_CONFIG).write_text(text)
    return RunView(folder, "filters/20261124-224013-73df5ff2-5e33")


def test_curves_are_those_of_training_recordings_and_the_own_setting_is_on_its_curve(
    tmp_path: Path,
) -> None:
    view = view_of(
        tmp_path,
        "camera: {shot_rate: 30.0, hot_pixels: 1, hot_rate: 400.0, leak_rate: 2.0}",
        "filters: [{type: background_activity, window: 3.0, support: 2}]",
    )
    figure = FilterRoc(recordings=4).draw(view)
    source = load_experiment(tmp_path / RESOLVED_CONFIG).experiment.data
    assert isinstance(source, EventSource)
    chosen = source.partition(3)["train"][np.linspace(0, 7, 4, dtype=int)]
    curve = roc_curve(source.filters[0], [source.read(int(i), 3) for i in chosen])
    lines = {str(line.get_label()): line for line in figure.axes[0].lines}
    name = f"background_activity, AUC {curve.area:.3f}"
    expected = [(setting.noise, setting.signal) for setting in curve.settings]
    points = np.array(lines[name].get_data()).T
    np.testing.assert_array_equal(points, sorted(expected))
    own = np.array(lines["background_activity here, window 3 ms"].get_data()).T
    assert own.tolist() == [[curve.own.noise, curve.own.signal]]
    assert own[0].tolist() in points.tolist()
    text = said(figure)
    for words in ("4 training recordings", "window 3 ms (here)", "(best)", "hot_pixel, AUC"):
        assert words in text
    assert (overlapping(figure), outside(figure)) == ([], [])


def test_without_noise_or_events_it_says_what_to_do(tmp_path: Path) -> None:
    figure = FilterRoc().draw(view_of(tmp_path))
    assert "with a `camera` or `noise` that makes noise" in said(figure)
    # Noise without a camera has its truth, too.
    assert "AUC" in said(FilterRoc(recordings=2).draw(view_of(tmp_path, "noise: {rate: 30.0}")))
