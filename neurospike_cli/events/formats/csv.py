"""CSV: one event a line, columns separated by ``,``, ``;`` or tabs.

Names, order and unit of the columns are described in `_text_layout.py`. What is written has the
header ``t_us,x,y,p`` and does not hold the sensor's size.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from neurospike_cli.events.formats._text_format import TextFormat
from neurospike_cli.events.stream import EventStream


class CSV(TextFormat):
    """Comma-separated values."""

    separators: ClassVar[tuple[str | None, ...]] = (",", ";", "\t")
    line: ClassVar[str] = "%d,%d,%d,%d\n"
    suffixes: ClassVar[tuple[str, ...]] = (".csv",)
    format: Literal["csv"] = "csv"

    def first_line(self, stream: EventStream) -> str:
        """Return the names of the columns."""
        return "t_us,x,y,p"
