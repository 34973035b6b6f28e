"""The size of a sensor."""

from __future__ import annotations

from pydantic import Field

from neurospike_cli.registry import Parameters


class Sensor(Parameters):
    """The size of a sensor; the pixel (0, 0) is its top left corner."""

    width: int = Field(default=16, ge=1, le=4096)
    """Columns of pixels, in px."""
    height: int = Field(default=16, ge=1, le=4096)
    """Rows of pixels, in px."""
