"""Every surrogate: its derivative is the slope of its primitive, symmetric, finite everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.learning.surrogates.surrogate import Surrogate
from neurospike_cli.neurons.neuron_model import in_type
from neurospike_cli.registry import discover

FAMILY = discover(Surrogate)


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("slope", [0.5, 5.0, 30.0])
def test_derivative_is_the_slope_of_the_primitive(name: str, slope: float) -> None:
    surrogate = FAMILY[name](slope=slope)
    # Points away from the triangle's corners 0 and ±1/b, where a slope has two values.
    x = np.array([-0.71, -0.013, 0.017, 0.37, 2.3])
    measured = (surrogate.primitive(x + 1e-6) - surrogate.primitive(x - 1e-6)) / 2e-6
    derivative = surrogate.law(1.0).slope(x)
    # Rounding 1e-16/1e-6 and curvature b^2 h^2: below 1e-8.
    np.testing.assert_allclose(derivative, measured, rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_symmetric_peaked_at_threshold_and_finite(name: str, dtype: str) -> None:
    x = np.array([-1e6, -3.0, -0.1, 0.0, 0.1, 3.0, 1e6], dtype=dtype)
    law = in_type(FAMILY[name]().law(1.0), x.dtype)
    slopes = law.slope(x)
    assert slopes.dtype == dtype
    np.testing.assert_array_equal(slopes, slopes[::-1])
    assert slopes[3] == 1.0 == slopes.max()
    assert np.isfinite(slopes).all()
    assert (slopes >= 0).all()


@pytest.mark.parametrize("name", FAMILY)
def test_the_unit_scales_both_axes(name: str) -> None:
    """d/dx of primitive(x / unit) is the derivative at x / unit, over the unit."""
    x = np.linspace(-20.0, 20.0, 41)
    scaled = FAMILY[name]().law(15.0).slope(x)
    np.testing.assert_allclose(scaled, FAMILY[name]().law(1.0).slope(x / 15.0) / 15.0, atol=1e-15)


@pytest.mark.parametrize("name", FAMILY)
def test_only_bounded_ones_are_zero_far_away(name: str) -> None:
    far = FAMILY[name]().law(1.0).slope(np.array([1e3]))[0]
    assert (far == 0) == FAMILY[name].bounded
