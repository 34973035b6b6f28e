"""A camera with one mistake misses a closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from neurospike_cli.events.camera import development, recording
from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.crossing import Course, first_crossing
from neurospike_cli.events.camera.development import Development
from neurospike_cli.events.camera.pixels import Pixels, draw_pixels
from neurospike_cli.events.camera.spontaneous import Spontaneous, draw_spontaneous
from neurospike_cli.verification._measurement import measure

Patch = pytest.MonkeyPatch


def other_pixels(change: Callable[[Pixels], Pixels]) -> Callable[[Patch], None]:
    """Return what lets cameras have other pixels than they should."""

    def wrong(*arguments: object) -> Pixels:
        return change(draw_pixels(*arguments))  # type: ignore[arg-type]

    return lambda patch: patch.setattr(recording, "draw_pixels", wrong)


def other_noise(change: Callable[[Spontaneous], Spontaneous]) -> Callable[[Patch], None]:
    def wrong(*arguments: object) -> Spontaneous:
        return change(draw_spontaneous(*arguments))  # type: ignore[arg-type]

    return lambda patch: patch.setattr(recording, "draw_spontaneous", wrong)


def other_course(change: Callable[[Course], Course]) -> Callable[[Patch], None]:
    def wrong(course: Course, *rest: object) -> object:
        return first_crossing(change(course), *rest)  # type: ignore[arg-type]

    return lambda patch: patch.setattr(development, "first_crossing", wrong)


def constant(name: str, factor: float) -> Callable[[Patch], None]:
    """Return what multiplies a constant of the camera."""
    right = getattr(Camera, name).fget
    return lambda patch: patch.setattr(Camera, name, property(lambda self: factor * right(self)))


def no_reset(patch: Patch) -> None:
    def cross(self: Development, places: object, time: object, is_on: object) -> object:
        before = self.reference.copy()
        fired = right(self, places, time, is_on)  # type: ignore[arg-type]
        self.reference[:] = before + 0.999 * (self.reference - before)
        return fired

    right = Development._cross
    patch.setattr(Development, "_cross", cross)


BROKEN = {
    "swapped thresholds": other_pixels(lambda p: Pixels(p.off, p.on, p.is_hot, p.leak)),
    "a leak of another sign": other_pixels(lambda p: Pixels(p.on, p.off, p.is_hot, -p.leak)),
    "a leak that does not know the threshold": other_pixels(
        lambda p: Pixels(p.on, p.off, p.is_hot, np.full_like(p.leak, p.leak.mean()))
    ),
    "a reset by a thousandth too little": no_reset,
    "half the time constant": constant("decay", 2.0),
    "the bandwidth as an angular frequency": constant("decay", 1 / (2 * np.pi)),
    "a dead time a hundredth too long": constant("hold", 1.01),
    "no dead time": constant("hold", 0.0),
    "polarities of noise that are all ON": other_noise(
        lambda s: s._replace(is_on=np.ones_like(s.is_on))
    ),
    "a tenth of the noise missing": other_noise(
        lambda s: s._replace(first=s.first[0] + ((s.first - s.first[0]) * 9) // 10)
    ),
    "a lag of another sign": other_course(lambda c: c._replace(lag=-c.lag)),
}


def test_the_camera_meets_its_closed_forms() -> None:
    assert [row for row in measure("camera") if not row.ok] == []


@pytest.mark.parametrize("mistake", BROKEN.values(), ids=BROKEN)
def test_a_broken_camera_is_found(mistake: Callable[[Patch], None], monkeypatch: Patch) -> None:
    mistake(monkeypatch)
    assert [row for row in measure("camera") if not row.ok]
