"""Flags of neurons: those that are set are found, each once, ascending."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.engine.kernels.bitmaps import flagged, flags_for


@settings(deadline=None)  # the first call compiles
@given(st.integers(1, 200), st.data())
def test_flagged_neurons_are_those_that_numpy_finds(size: int, data: st.DataObject) -> None:
    """Sizes below, at and beyond one and two words of 64."""
    flags, chosen = flags_for(size), np.full(size, -1, np.int32)
    assert len(flags) > size
    flags[data.draw(st.lists(st.integers(0, size - 1)))] = 1
    found = flagged(flags, chosen)
    np.testing.assert_array_equal(chosen[:found], np.flatnonzero(flags))
    assert (chosen[found:] == -1).all()
