"""The gallery has a panel for every pattern."""

from __future__ import annotations

import numpy as np

from docs import patterns
from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.registry import discover


def test_every_pattern_has_a_panel_with_events() -> None:
    images = {
        axes.get_title("left"): np.asarray(axes.images[0].get_array())
        for axes in patterns.drawn().axes
        if axes.images
    }
    assert set(images) == set(discover(Pattern))
    # A pattern that only blinks for a moment would leave its panel empty.
    assert all(np.count_nonzero(image) > 30 for image in images.values())
    assert set(patterns.CHOSEN) <= set(images)


def test_the_gallery_is_drawn_alike_every_time(tmp_path) -> None:
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    patterns.main(first)
    patterns.main(second)
    assert first.read_bytes() == second.read_bytes()
