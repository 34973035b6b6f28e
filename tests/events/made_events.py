"""Events for the tests of this folder."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from neurospike_cli.events.stream import EVENT_DTYPE, EventStream

SIDES = st.integers(1, 6)


def events_of(*rows):
    """Return events from (t, x, y, p) rows."""
    return np.array(list(rows), dtype=EVENT_DTYPE)


@st.composite
def streams(draw, sides=SIDES, last=12_000, most=40):
    """Recordings of a few events with many ties in time and place."""
    width, height = draw(sides), draw(sides)
    row = st.tuples(
        st.integers(0, last),
        st.integers(0, width - 1),
        st.integers(0, height - 1),
        st.integers(0, 1),
    )
    rows = sorted(draw(st.lists(row, max_size=most)), key=lambda r: r[0])
    return EventStream(width=width, height=height, events=events_of(*rows), label=1)


def rows_of(stream):
    """Return the events as (t, x, y, p) tuples."""
    return [tuple(int(v) for v in row) for row in stream.events.tolist()]
