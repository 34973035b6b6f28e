"""Quantities with units: plain numbers in the project's units, or text such as ``"20 ms"``.

Time is in ms, potentials in mV, rates in Hz, lengths on a sensor in pixels, angles in degrees.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field

TIME = {"us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3, "min": 6e4}
POTENTIAL = {"uV": 1e-3, "µV": 1e-3, "mV": 1.0, "V": 1e3}
RATE = {"mHz": 1e-3, "Hz": 1.0, "kHz": 1e3}

_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s]+)\s*")


def parse_quantity(scales: dict[str, float]) -> Callable[[object], object]:
    """Return a reader of ``"<number> <unit>"`` for the units in `scales`; other values pass."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        match = _QUANTITY.fullmatch(value)
        if match is None or match[2] not in scales:
            raise ValueError(f"must be a number, or a number with one of {', '.join(scales)}")
        return float(match[1]) * scales[match[2]]

    return read


Milliseconds = Annotated[float, BeforeValidator(parse_quantity(TIME))]
Millivolts = Annotated[float, BeforeValidator(parse_quantity(POTENTIAL))]
Hertz = Annotated[float, BeforeValidator(parse_quantity(RATE))]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
