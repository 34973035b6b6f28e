"""The text form of the event-camera dataset (Mueggler et al. 2017): ``t x y p``, t in s.

Files of E2VID begin with a line ``width height``, which is read and written. Further details are in
`_text_layout.py`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from neurospike_cli.events.formats._text_format import TextFormat
from neurospike_cli.events.stream import EventStream


class RPG(TextFormat):
    """Text with spaces between the columns."""

    separators: ClassVar[tuple[str | None, ...]] = (None,)
    line: ClassVar[str] = "%d.%06d %d %d %d\n"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    format: Literal["rpg"] = "rpg"

    def first_line(self, stream: EventStream) -> str:
        """Return width and height of the sensor."""
        return f"{stream.width} {stream.height}"

    def format_line(self, row: tuple[int, ...]) -> str:
        """Return the line of an event, its time in s."""
        t, x, y, p = row
        return self.line % (t // 1_000_000, t % 1_000_000, x, y, p)
