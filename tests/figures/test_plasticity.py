"""The STDP window is what the running rule does, from the config of the run."""

from __future__ import annotations

from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from neurospike_cli.cli import main
from neurospike_cli.figures._pairings import PlasticPhase, by_frequency, measured_window
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures.stdp_window import StdpWindow
from neurospike_cli.learning.reward_stdp import RewardSTDP
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.runs.directory import RESOLVED_CONFIG
from tests.figures.made_up import write_run
from tests.figures.reading import outside, overlapping, said

CONFIG = """\
name: windows
data:
  source: synthetic
  sensor: {width: 8, height: 4}
  duration: 50.0
  classes:
    right: {pattern: moving_bar, direction: 0.0, velocity: 1.0}
    left: {pattern: moving_bar, direction: 180.0, velocity: 1.0}
  samples_per_class: 4
network:
  hidden:
    - {size: 8, initial_weights: {high: 0.5}}
  readout: {type: all_activity}
training:
  phases:
"""


def view_of(folder: Path, *phases: str) -> RunView:
    """Return a run whose config has these phases."""
    text = CONFIG + "".join(f"    - {{{phase}}}\n" for phase in phases)
    (folder / RESOLVED_CONFIG).write_text(text)
    return RunView(folder, "windows/20261124-224013-73df5ff2-5e33")


def drawn(axes: Axes, name: str) -> np.ndarray:
    """Return the points of the line called `name`, (x or y, point)."""
    (line,) = (line for line in axes.lines if line.get_label() == name)
    return np.array(line.get_data(), np.float64)


def test_points_and_line_are_the_closed_form(tmp_path: Path) -> None:
    rule = "rule: stdp, tau_plus: 15.0, tau_minus: 30.0, a_plus: 0.02, a_minus: 0.03, w_max: 2.0"
    figure = StdpWindow().draw(view_of(tmp_path, rule))
    (axes,) = figure.axes
    lags, changes = drawn(axes, "measured, post after pre")
    # A weight of 1 mV is rounded at 1e-16.
    np.testing.assert_allclose(changes, 0.04 * np.exp(-lags / 15.0), rtol=0, atol=1e-15)
    assert (lags.min(), lags.max()) == (4.0, 100.0)
    lags, changes = drawn(axes, "measured, pre after post")
    np.testing.assert_allclose(changes, -0.06 * np.exp(lags / 30.0), rtol=0, atol=1e-15)
    assert (lags.min(), lags.max()) == (-100.0, -4.0)
    assert drawn(axes, "measured, Δt = 0: pre before post")[1] == pytest.approx([0.04])
    lags, changes = drawn(axes, "closed form")  # the left one, which alone has the label
    np.testing.assert_allclose(changes, -0.06 * np.exp(lags / 30.0), rtol=0, atol=1e-15)
    assert axes.get_ylabel() == "weight change (mV)"


def test_a_tie_that_is_ignored_is_drawn_at_zero(tmp_path: Path) -> None:
    figure = StdpWindow().draw(view_of(tmp_path, "rule: stdp, coincident: ignore"))
    assert drawn(figure.axes[0], "measured, Δt = 0: no pair").tolist() == [[0.0], [0.0]]


def test_a_trace_target_lowers_the_whole_window() -> None:
    """At w = 0.5 mV with soft bounds: a_plus (e^(-Δt/tau_plus) - target)/2, and no pair helps."""
    rule = STDP.model_validate(
        {"trace_target": 0.4, "a_minus": 0.0, "weight_dependence": {"type": "multiplicative"}}
    )
    found = measured_window(PlasticPhase(1, rule), [-100, -5, 0, 20, 100])
    traces = [0.0, 0.0, 1.0, exp(-1.0), exp(-5.0)]
    expected = [0.01 * (x - 0.4) * 0.5 for x in traces]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


def test_what_follows_a_sample_is_left_out() -> None:
    changed: dict[str, Any] = {
        "normalization": {"type": "l1", "target": 0.1},
        "weight_decay": 0.5,
        "synaptic_scaling": {"target_rate": 100.0},
    }
    lags = [-10, 0, 10]
    plain, kept_up = (
        measured_window(PlasticPhase(1, STDP.model_validate(more)), lags) for more in ({}, changed)
    )
    assert np.array_equal(plain, kept_up)


def test_the_frequency_curve_is_that_of_pairs_far_apart_and_grows_with_triplets() -> None:
    """At 1 Hz a pair is alone; at 50 Hz other pairs of 20 ms period add geometric sums."""
    pairs = PlasticPhase(1, STDP(tau_plus=10.0, tau_minus=10.0))
    (after, _), (before, _) = by_frequency(pairs, np.array([1.0, 50.0]))
    # Amplitudes of 1e-6 of the rule's, on a weight of 0.5 mV: 1e-16 of 1e-8.
    assert after == pytest.approx(0.01 * exp(-1.0), rel=1e-7)
    assert before == pytest.approx(-0.0105 * exp(-1.0), rel=1e-7)
    triplets = PlasticPhase(1, STDP.model_validate({"triplet": {"a3_plus": 0.05}}))
    after_slow, after_fast = by_frequency(triplets, np.array([1.0, 50.0]))[0]
    assert after_fast > 2 * after_slow


def test_an_eligibility_has_no_bounds_and_no_unit(tmp_path: Path) -> None:
    figure = StdpWindow().draw(view_of(tmp_path, "rule: reward_stdp, w_max: 4.0"))
    (axes,) = figure.axes
    assert axes.get_ylabel() == "eligibility"
    lags, changes = drawn(axes, "measured, post after pre")
    np.testing.assert_allclose(changes, 0.01 * np.exp(-lags / 20.0), rtol=0, atol=1e-15)
    assert RewardSTDP().law(1.0).potentiate(9.0, (1.0,), (0.0,), 1.0) == pytest.approx(9.01)


def test_each_plastic_phase_has_a_row(tmp_path: Path) -> None:
    phases = [
        "rule: stdp, triplet: {a3_plus: 0.0062, a3_minus: 0.00023}, coincident: ignore",
        "rule: stdp, pairing: nearest, weight_dependence: {type: multiplicative}",
        "rule: reward_stdp",
    ]
    figure = StdpWindow().draw(view_of(tmp_path, *phases))
    heads = [part._suptitle.get_text() for part in figure.subfigs]
    assert heads == [
        "phase 1: stdp, all_to_all, additive, at 0.5 mV",
        "phase 2: stdp, nearest, multiplicative, at 0.5 mV",
        "phase 3: reward_stdp, all_to_all, additive, at 0.5 mV",
    ]
    assert [axes.get_xlabel() for axes in figure.axes].count("pairs per second (Hz)") == 1
    assert overlapping(figure) == []
    assert outside(figure) == []
    assert figure.get_figheight() <= 9.5
    more = StdpWindow().draw(view_of(tmp_path, *phases, "rule: stdp"))
    assert "3 of 4 phases" in said(more)


def test_a_run_without_plasticity_says_what_to_run(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    view = view_of(run, "rule: surrogate_gradient")
    assert "with a phase of rule stdp" in said(StdpWindow().draw(view))
    assert StdpWindow.on_request  # a run of another rule would always have it drawn


def test_plot_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run")
    view_of(run, "rule: stdp")
    (run / "manifest.json").write_text("{}")
    assert main(["plot", str(run), "--kind", "stdp_window"]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == run / "figures" / "stdp_window.png"
    assert path.read_bytes().startswith(b"\x89PNG")
