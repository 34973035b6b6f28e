"""Every surrogate: its derivative is the slope of its primitive, symmetric, finite everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from neurospike_cli.engine.compiler import declare
from neurospike_cli.engine.kernels.backward import near_threshold
from neurospike_cli.engine.kernels.bitmaps import flags_for
from neurospike_cli.learning.surrogates.surrogate import Surrogate
from neurospike_cli.neurons.neuron_model import in_type
from neurospike_cli.registry import discover

FAMILY = discover(Surrogate)
SLOPES = (0.5, 5.0, 30.0)
#: Overshoots in threshold distances, none on a corner of a triangle, 0 or ±1/b.
X = (-2.3, -0.71, -0.013, 0.017, 0.37, 2.9)


#: The derivatives (b, x) of the papers, times what makes them 1 at threshold.
PUBLISHED: dict[str, Callable[[float, float], float]] = {
    "fast_sigmoid": lambda b, x: 1.0 / (1.0 + b * abs(x)) ** 2,
    "triangle": lambda b, x: max(0.0, 1.0 - b * abs(x)),
    "arctan": lambda b, x: (b / 2) / (1.0 + (math.pi * b * x / 2) ** 2) * (2 / b),
    "logistic": lambda b, x: b * sigma(b * x) * (1.0 - sigma(b * x)) * (4 / b),
}


def sigma(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("slope", SLOPES)
def test_derivative_is_the_published_one(name: str, slope: float) -> None:
    law = FAMILY[name](slope=slope).law(1.0)
    expected = [PUBLISHED[name](slope, x) for x in X]
    # 1 - σ of the published logistic loses digits where σ is near 1: absolute, not relative.
    np.testing.assert_allclose(law.slope(np.array(X)), expected, rtol=0, atol=1e-15)
    # float32: the product b x, up to 90, is rounded at 6e-8, where exp(-b x) is far below 1e-30;
    # everywhere else a few roundings of numbers up to 1.
    single = in_type(law, np.dtype("float32")).slope(np.array(X, dtype="float32"))
    np.testing.assert_allclose(single, expected, rtol=0, atol=5e-7)


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("slope", SLOPES)
def test_derivative_is_the_slope_of_the_primitive(name: str, slope: float) -> None:
    """By the fundamental theorem: ∫ derivative = difference of the primitive, from point to point.

    No difference of close numbers is divided by a small step: 1e-12 holds.
    """
    surrogate = FAMILY[name](slope=slope)
    law = surrogate.law(1.0)
    points = sorted({*X, -1 / slope, 0.0, 1 / slope, *np.linspace(-2.3, 2.9, 40)})
    for a, b in pairwise(points):
        area, _ = quad(law.slope, a, b, epsabs=1e-14, epsrel=1e-13)
        assert surrogate.primitive(b) - surrogate.primitive(a) == pytest.approx(area, abs=1e-12)


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("slope", SLOPES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_symmetric_peaked_at_threshold_and_finite(name: str, slope: float, dtype: str) -> None:
    x = np.array([-1e6, -3.0, -0.1, 0.0, 0.1, 3.0, 1e6], dtype=dtype)
    law = in_type(FAMILY[name](slope=slope).law(1.0), x.dtype)
    slopes = law.slope(x)
    assert slopes.dtype == dtype
    np.testing.assert_array_equal(slopes, slopes[::-1])
    assert slopes[3] == 1.0 == slopes.max()
    assert np.isfinite(slopes).all()
    assert (slopes >= 0).all()
    assert np.isfinite(FAMILY[name](slope=slope).primitive(x)).all()


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_compiled_it_is_the_same(name: str, dtype: str) -> None:
    """The compiled engine evaluates the law number by number, also far from threshold."""
    x = np.array([[-1e6, *X, 0.0, 1e6]], dtype=dtype)
    law = in_type(FAMILY[name]().law(15.0), x.dtype)
    declare(law)
    slopes, near = np.empty_like(x[0]), np.empty(x.size, np.int32)
    found = near_threshold(law, x, 0, slopes, flags_for(x.size), near)
    # The exponentials of two libraries may differ in the last bit; all else is rounded alike.
    np.testing.assert_allclose(slopes, law.slope(x[0]), rtol=2 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(near[:found], np.flatnonzero(slopes))


@pytest.mark.parametrize("name", FAMILY)
def test_the_unit_scales_both_axes(name: str) -> None:
    """d/dx of primitive(x / unit) is the derivative at x / unit, over the unit."""
    x = np.linspace(-20.0, 20.0, 41)
    scaled = FAMILY[name]().law(15.0).slope(x)
    np.testing.assert_allclose(scaled, FAMILY[name]().law(1.0).slope(x / 15.0) / 15.0, atol=1e-15)


@pytest.mark.parametrize("name", FAMILY)
def test_only_bounded_ones_are_zero_far_away(name: str) -> None:
    """Ten threshold distances from threshold, fifty times the width of the bump."""
    far = FAMILY[name]().law(1.0).slope(np.array([10.0]))[0]
    assert (far == 0) == FAMILY[name].bounded
