"""Figures of weights, metrics and evaluations: every number drawn is one of the run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures.confusion import Confusion
from neurospike_cli.figures.curves import Curves
from neurospike_cli.figures.network import NetworkDiagram
from neurospike_cli.figures.weights import WeightMaps
from tests.figures.reading import panels, said


def test_curves_are_the_lines_of_the_metrics_in_percent(view: RunView) -> None:
    figure = Curves().draw(view)
    loss, accuracy = figure.axes
    lines = {line.get_label(): line for line in accuracy.lines}
    epochs = np.arange(1, 8)
    for axes in figure.axes:
        for line in axes.lines[:2]:
            np.testing.assert_array_equal(line.get_xdata(), np.arange(1, 11))
            assert np.isnan(line.get_ydata()[:3]).all()  # STDP has neither loss nor accuracy
    np.testing.assert_allclose(lines["train"].get_ydata()[3:], 100 * (1 - 0.7 / epochs))
    np.testing.assert_allclose(loss.lines[0].get_ydata()[3:], 2 / epochs)
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("loss", "accuracy (%)")
    assert loss.get_xlabel() == "epoch"
    assert {"stdp", "surrogate gradient"} <= set(said(figure).split("\n"))


def test_curves_mark_the_best_validation_epoch(view: RunView) -> None:
    figure = Curves().draw(view)
    assert "best validation: 78.0 % in epoch 8" in said(figure)
    ring = figure.axes[1].lines[-1]
    assert (ring.get_xdata()[0], round(ring.get_ydata()[0], 6)) == (8, 78.0)


def test_confusion_writes_counts_and_colours_row_shares(view: RunView) -> None:
    counts = np.array(view.evaluations["test"]["confusion"])
    figure = Confusion().draw(view)
    axes = panels(figure)[0]
    shares = counts / counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(axes.images[0].get_array(), shares)
    written = {tuple(int(c) for c in t.get_position()): t.get_text() for t in axes.texts}
    for (true, answer), count in np.ndenumerate(counts):
        assert written.get((answer, true), "0") == str(count)
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("true class", "answered class")
    accuracy = 100 * np.trace(counts) / counts.sum()
    assert f"{accuracy:.1f} % of {counts.sum()} test samples (rate yardstick 61.0 %)" in said(
        figure
    )


def test_text_on_a_colour_stays_readable(view: RunView) -> None:
    axes = panels(Confusion().draw(view))[0]
    shares = axes.images[0].get_array()
    for text in axes.texts:
        answer, true = (int(c) for c in text.get_position())
        background = style.LIGHT(float(shares[true, answer]))
        assert contrast(text.get_color(), background) > 3.5


def contrast(one: object, other: object) -> float:
    """Return the contrast ratio of two colours as the web's accessibility guidelines define it."""
    from matplotlib.colors import to_rgb

    def luminance(colour: object) -> float:
        rgb = np.array(to_rgb(colour))  # type: ignore[arg-type]
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_receptive_fields_lie_on_the_sensor(view: RunView) -> None:
    weight = view.weights["hidden.0.weight"]
    tiles = [a for a in panels(WeightMaps().draw(view)) if a.images and not a.axison]
    assert len(tiles) == 10
    norms = []
    for axes in tiles:
        neuron = int(axes.get_title(loc="left"))
        image = axes.images[0]
        expected = [[weight[y * 16 + x, neuron] for x in range(16)] for y in range(8)]
        np.testing.assert_allclose(image.get_array(), expected)
        assert image.norm.vmin == -image.norm.vmax
        norms.append(np.linalg.norm(expected))
    assert norms == sorted(norms, reverse=True)


def test_two_polarities_are_side_by_side_and_only_the_largest_are_shown(big: RunView) -> None:
    weight = big.weights["hidden.0.weight"]
    figure = WeightMaps().draw(big)
    tiles = [a for a in panels(figure) if a.images and not a.axison]
    chosen = [int(a.get_title(loc="left")) for a in tiles]
    assert chosen == np.argsort(-np.linalg.norm(weight, axis=0))[:24].tolist()
    image = np.asarray(tiles[0].images[0].get_array())
    planes = weight[:, chosen[0]].reshape(2, 34, 34)
    np.testing.assert_allclose(image[:, :34], planes[0])
    np.testing.assert_allclose(image[:, 35:], planes[1])
    assert "24 of 500 receptive fields, those of largest norm\neach tile: off | on" in said(figure)


def test_other_layers_are_matrices_and_recurrent_weights_a_distribution(big: RunView) -> None:
    axes = {a.get_title(loc="left"): a for a in panels(WeightMaps().draw(big))}
    for name in ("hidden.1.weight", "output.weight"):
        np.testing.assert_allclose(axes[name].images[0].get_array(), big.weights[name])
    bars = axes["hidden.0.recurrent"].patches
    assert sum(b.get_height() for b in bars) == 25_000
    assert axes["hidden.0.recurrent"].get_xlabel() == "weight (mV)"


def test_an_input_that_is_no_sensor_has_a_matrix_too(view: RunView) -> None:
    network = {**view.network, "input": {"size": 128}}
    axes = {
        a.get_title(loc="left") for a in panels(WeightMaps().draw(replace(view, network=network)))
    }
    assert axes == {"hidden.0.weight", "output.weight"}


def test_diagram_shows_each_of_ten_neurons_and_the_ends_of_500(view: RunView, big: RunView) -> None:
    assert _dots(view) == [8, 10, 4]
    assert _dots(big) == [8, 8, 8, 8]


def _dots(view: RunView) -> list[int]:
    axes = NetworkDiagram().draw(view).axes[0]
    return [len(c.get_offsets()) for c in axes.collections if isinstance(c, PathCollection)]


def test_diagram_lines_have_the_sign_of_their_weight(view: RunView) -> None:
    axes = NetworkDiagram().draw(view).axes[0]
    lines = [c for c in axes.collections if isinstance(c, LineCollection)][-1]
    weight = view.weights["output.weight"].ravel()
    colours = [to_hex(c) for c in lines.get_colors()]
    assert colours == [(style.ORANGE if w > 0 else style.BLUE).lower() for w in weight]
    widths = np.array(lines.get_linewidths())
    assert widths.argmax() == np.abs(weight).argmax()


def test_diagram_tells_sizes_connections_and_loops(big: RunView) -> None:
    text = said(NetworkDiagram().draw(big))
    connections = 2312 * 500 + 25_000 + 500 * 500 + 500 * 20
    assert f"1,020 neurons, {connections:,} connections" in text
    assert "1,156,000\nconnections" in text
    assert "25,000 recurrent" in text
    assert "2,312\n34 × 34 × 2" in text


def test_diagram_tells_delays_signs_and_inhibition(big: RunView) -> None:
    topology = {
        "delay_ms": {"min": 0.0, "mean": 4.0, "max": 10.0},
        "recurrent": {"delay_ms": {"min": 2.5, "mean": 2.5, "max": 2.5}},
        "excitatory": 400,
        "inhibitory": 100,
        "inhibition": {"strength_mv": 5.0, "delay_ms": 0.0},
    }
    first, *others = big.network["layers"]
    layers = [first | {"topology": topology}, *others]
    text = said(NetworkDiagram().draw(replace(big, network={**big.network, "layers": layers})))
    assert "1,156,000\nconnections\n0-10 ms late" in text
    assert "25,000 recurrent, 2.5 ms late" in text
    assert "adaptive lif\n400 exc, 100 inh\ninhibition 5 mV" in text
