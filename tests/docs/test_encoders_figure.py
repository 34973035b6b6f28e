"""The figure of the page on events has a panel for every encoder."""

from __future__ import annotations

import numpy as np

from docs import encoders
from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.registry import discover


def test_every_encoder_has_a_panel_with_spikes() -> None:
    figure = encoders.drawn()
    images = {
        axes.get_title("left"): np.ma.filled(axes.images[0].get_array().astype(float), np.nan)
        for axes in figure.axes
        if axes.images and axes.get_title("left")
    }
    assert set(images) == {*discover(Encoder), "image"}
    assert all(np.nanmax(image) > 0 for image in images.values())


def test_the_figure_is_drawn_alike_every_time(tmp_path) -> None:
    first, second = tmp_path / "a.png", tmp_path / "new" / "b.png"
    encoders.main(first)
    encoders.main(second)
    assert first.read_bytes() == second.read_bytes()
