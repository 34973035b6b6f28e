"""From a run directory to files, and the Python API."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from neurospike_cli import NetworkConfig, NeuroSpikeNetwork, Visualizer
from neurospike_cli.errors import RunError, UsageError
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.figures._drawing import draw_figures
from neurospike_cli.figures._run_view import open_run, signal_order
from neurospike_cli.figures._style import save_figure
from tests.figures.made_up import write_run
from tests.figures.reading import said


def test_activity_comes_back_as_the_spike_trains_written(run: Path) -> None:
    view = open_run(run)
    assert view.activity is not None
    assert list(view.activity.spikes) == ["input", "hidden.0", "output"]
    with np.load(run / "activity.npz") as arrays:
        for name, train in view.activity.spikes.items():
            assert (train.n_samples, train.n_steps, train.dt) == (4, 100, 1.0)
            assert train.n_channels == arrays[f"{name}.size"]
            np.testing.assert_array_equal(train.offsets, arrays[f"{name}.offsets"])
            np.testing.assert_array_equal(train.channels, arrays[f"{name}.channels"])
    assert view.name == "directions/20261124-224013-73df5ff2-5e33"


def test_layers_are_in_the_order_of_the_signal() -> None:
    names = ["output", "hidden.10", "hidden.2", "input"]
    assert sorted(names, key=signal_order) == ["input", "hidden.2", "hidden.10", "output"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("metrics.jsonl", b'{"epoch": 1}\n{"epoch": '),
        ("metrics.jsonl", b"[1]"),
        ("network.json", b"{"),
        ("network.json", b"[]"),
        ("weights.npz", b"PK nothing"),
        ("activity.npz", b""),
        ("evaluation/test.json", b"[1,"),
    ],
)
def test_a_damaged_file_is_named(file: str, content: bytes, tmp_path: Path) -> None:
    (write_run(tmp_path / "run") / file).write_bytes(content)
    with pytest.raises(RunError) as caught:
        open_run(tmp_path / "run")
    assert file in str(caught.value.where)


def test_an_incomplete_activity_file_tells_what_is_missing(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    np.savez(run / "activity.npz", **{"input.offsets": np.zeros(1), "labels": np.zeros(1)})
    with pytest.raises(RunError, match="is missing"):
        open_run(run)


def test_a_path_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        open_run(tmp_path / "absent")


@pytest.mark.parametrize(
    ("form", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_figures_go_into_the_run(form: str, magic: bytes, tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    paths = draw_figures(run, ["curves", "raster", "curves"], form)
    assert paths == [run / "figures" / f"curves.{form}", run / "figures" / f"raster.{form}"]
    assert all(path.read_bytes().startswith(magic) for path in paths)
    assert sorted(p.name for p in (run / "figures").iterdir()) == sorted(p.name for p in paths)


def test_no_kind_means_every_figure_and_out_another_folder(tmp_path: Path) -> None:
    run, out = write_run(tmp_path / "run"), tmp_path / "a" / "b"
    assert {p.stem for p in draw_figures(run, (), out=out)} >= {"raster", "network", "confusion"}
    assert not (run / "figures").exists()


@pytest.mark.parametrize(
    ("kinds", "form", "said_in_hint"),
    [(["rastr"], "png", "did you mean `raster`?"), (["raster"], "jpg", "png, svg, pdf")],
)
def test_an_unknown_name_draws_nothing(
    kinds: list[str], form: str, said_in_hint: str, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "run")
    with pytest.raises(UsageError) as caught:
        draw_figures(run, ["curves", *kinds], form)
    assert said_in_hint in str(caught.value)
    assert not (run / "figures").exists()


def test_a_name_that_the_font_lacks_is_drawn_without_a_warning(tmp_path: Path) -> None:
    axes = (figure := Figure()).add_subplot()
    axes.set_title("right \N{PARTY POPPER}")
    save_figure(figure, tmp_path / "figure.png")  # a warning would be an error here
    assert (tmp_path / "figure.png").exists()


def test_visualizer_draws_the_last_activity_and_saves_it(tmp_path: Path) -> None:
    network = NeuroSpikeNetwork(NetworkConfig(input_size=20, hidden_sizes=[30], output_size=3))
    rng = np.random.default_rng(1)
    train = SpikeTrain.from_pairs(
        rng.integers(0, 50, 300), rng.integers(0, 20, 300), dt=1.0, n_steps=50, n_channels=20
    )
    network.forward(train.with_steps(10))
    earlier = network.activity_history
    network.forward(train)
    history = (*earlier, *network.activity_history[-1:])
    figure = Visualizer().plot_network_activity(history, path=tmp_path / "a.png")
    assert isinstance(figure, Figure)
    drawn = [a.lines[0].get_xydata().tolist() for a in figure.axes]
    spikes = network.activity_history[-1].spikes
    assert drawn == [np.argwhere(t.to_dense()[0]).astype(float).tolist() for t in spikes.values()]
    assert f"answer: class {network.predict(train)}" in said(figure)
    assert (tmp_path / "a.png").stat().st_size > 1000


def test_visualizer_without_activity_tells_what_to_call() -> None:
    with pytest.raises(UsageError, match="no activity"):
        Visualizer().plot_network_activity(())
