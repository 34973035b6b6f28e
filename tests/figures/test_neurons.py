"""Figures of single neurons: their numbers are those of the models in `network.json`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurospike_cli.errors import RunError
from neurospike_cli.figures._drawing import draw_figures
from neurospike_cli.figures._response import DT, rates, rheobase
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures.firing_patterns import FiringPatterns
from neurospike_cli.figures.neuron import NeuronResponse
from neurospike_cli.neurons._firing_patterns import PATTERNS
from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.izhikevich import Izhikevich
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import NeuronModel
from tests.figures.made_up import write_run
from tests.figures.reading import outside, overlapping, said


def with_neurons(view: RunView, *neurons: NeuronModel) -> RunView:
    """Return a run whose network has a layer of each of `neurons`."""
    layers: list[dict[str, Any]] = [
        {
            "name": f"hidden.{i}",
            "model": neuron.component_name,
            "neuron": neuron.model_dump(mode="json"),
        }
        for i, neuron in enumerate(neurons)
    ]
    return replace(view, network={**view.network, "layers": layers})


def test_measured_rates_meet_the_closed_form() -> None:
    """The grid lengthens an interval by less than a step: rate f is at least f (1 - f dt)."""
    neuron, currents = LIFNeuron(), np.linspace(0.0, 60.0, 13)
    exact = neuron.rate(currents)
    measured = rates(neuron, currents)
    assert (measured <= exact + 1e-9).all()
    assert (measured >= exact * (1 - exact * DT / 1e3) - 1e-9).all()
    assert measured[-1] > 100


def test_rheobase_is_found_to_the_width_of_the_scan() -> None:
    """Neighbours of the scan are 8 % apart; below -50 mV a neuron of 15 mV never fires."""
    found = rheobase(LIFNeuron())
    assert found is not None
    assert 15.0 <= found <= 15.0 * 1.09
    assert rheobase(LIFNeuron(bias=-1e4)) is None


def test_each_kind_of_neuron_has_a_row(view: RunView) -> None:
    kinds = LIFNeuron(), LIFNeuron(), AdaptiveLIF(), Izhikevich(preset="CH", substep=0.1)
    figure = NeuronResponse().draw(with_neurons(view, *kinds))
    text = said(figure)
    assert overlapping(figure) == []
    assert outside(figure) == []
    for head in ("lif: hidden.0, hidden.1", "adaptive_lif: hidden.2", "izhikevich: hidden.3"):
        assert head in [part._suptitle.get_text() for part in figure.subfigs]
    assert "current (mV/ms)" in text
    assert text.count("closed form") == 1
    more = NeuronResponse().draw(with_neurons(view, *kinds, Izhikevich(substep=0.2)))
    assert "3 of 4 kinds" in said(more)


def test_ticks_stand_where_the_neuron_spikes(view: RunView) -> None:
    """1.5 times rheobase from 50 to 250 ms: the closed form says when, the grid rounds up."""
    figure = NeuronResponse().draw(with_neurons(view, LIFNeuron()))
    ticks = [segment[0][0] for segment in figure.axes[0].collections[0].get_segments()]
    found = rheobase(LIFNeuron())
    assert found is not None
    interval = 1e3 / LIFNeuron().rate(np.array([1.5 * found]))[0]
    first = 50 + interval - 2.0  # no refractory period before it
    expected = first + interval * np.arange(len(ticks))
    # The steps' rounding adds up, one for each spike; the grid's own first step is another.
    np.testing.assert_allclose(ticks, expected, rtol=0, atol=DT * (len(ticks) + 1))
    assert len(ticks) >= 5


def test_a_neuron_that_cannot_fire_is_told(view: RunView) -> None:
    figure = NeuronResponse().draw(with_neurons(view, LIFNeuron(bias=-1e4)))
    assert "does not fire" in said(figure)


def test_a_damaged_network_is_named(view: RunView) -> None:
    broken = replace(view, network={"layers": [{"name": "a", "model": "lif", "neuron": {"x": 1}}]})
    with pytest.raises(RunError) as caught:
        NeuronResponse().draw(broken)
    assert str(caught.value.where).endswith("network.json")


def test_the_gallery_has_a_panel_for_each_pattern(view: RunView) -> None:
    figure = FiringPatterns().draw(with_neurons(view, Izhikevich(preset="mixed_mode")))
    titles = [axes.title.get_text() or axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [name.replace("_", " ") for name in PATTERNS]
    bold = [a.get_title(loc="left") for a in figure.axes if a._left_title.get_weight() == "bold"]
    assert bold == ["mixed mode"]
    for axes, pattern in zip(figure.axes, PATTERNS.values(), strict=True):
        membrane, stimulus = (line.get_ydata() for line in axes.lines[:2])
        assert len(membrane) == len(pattern.times)
        assert membrane.max() == 30.0
        # Drawn to the panel's height, around its own zero.
        shape = np.corrcoef(stimulus, pattern.current)[0, 1]
        assert shape == pytest.approx(1.0)


def test_the_gallery_is_drawn_only_where_it_is_named(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    drawn = {path.stem for path in draw_figures(run, ())}
    assert "neuron" in drawn
    assert "firing_patterns" not in drawn
    (path,) = draw_figures(run, ["firing_patterns"])
    assert path.name == "firing_patterns.png"
