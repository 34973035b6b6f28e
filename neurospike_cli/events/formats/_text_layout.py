"""How a text of events is laid out, from its first lines.

| first lines | meaning |
|---|---|
| ``# …`` | a comment, unless it names the columns |
| ``240 180`` | width and height of the sensor (in a text with spaces) |
| ``timestamp,x,y,polarity`` | names of the columns, in any order |
| ``0.003811 96 133 0`` | an event; without names the columns are t x y p |

Times are in the unit that the name of the column ends with (``t_us``, ``t_ms``, ``t_s``). Where it
does not say, times with a decimal point or an exponent in the first event are in s, and whole
numbers are in µs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = {
    "t": ("t", "ts", "time", "timestamp", "timestamps"),
    "x": ("x", "xs"),
    "y": ("y", "ys"),
    "p": ("p", "ps", "pol", "polarity", "on"),
}
FIELD = {alias: name for name, aliases in _NAMES.items() for alias in aliases}
#: µs in a unit.
_UNITS = {"us": 1.0, "µs": 1.0, "ms": 1e3, "s": 1e6}
_DATA_ORDER = ("t", "x", "y", "p")
_BOM = "\ufeff"


@dataclass(frozen=True)
class Layout:
    """What the lines before the first event say.

    Attributes:
        columns: name of each column, of t, x, y, p.
        unit: µs in a unit of t; None where the first event tells.
        skipped: lines before the first event.
        size: the sensor's width and height in px, where told.
        first: the fields of the first event; empty where there is none.
    """

    columns: tuple[str, ...]
    unit: float | None
    skipped: int
    size: tuple[int, int] | None
    first: tuple[str, ...]

    @property
    def scale(self) -> float:
        """How many µs a unit of t is."""
        if self.unit is not None:
            return self.unit
        time = self.first[self.columns.index("t")] if self.first else ""
        return 1e6 if re.search(r"[.eE]", time) else 1.0


def layout_of(head: bytes, separator: str | None) -> Layout | None:
    """Return the layout of a text of events, None if it is none.

    Args:
        head: the first bytes of the file.
        separator: between columns; None = any white space.
    """
    columns, unit, size = None, None, None
    lines = head.decode("utf-8", errors="replace").removeprefix(_BOM).splitlines()
    for number, line in enumerate(lines):
        fields = tuple(f.strip() for f in line.lstrip("# ").split(separator) if f.strip())
        named = _named(fields) if columns is None else None
        if named is not None:
            columns, unit = named
        elif line.startswith("#") or not line.strip():
            continue
        elif size is None and separator is None and re.fullmatch(r"\d{1,5} \d{1,5}", line.strip()):
            size = int(fields[0]), int(fields[1])
        elif len(fields) == len(_DATA_ORDER) and all(map(_is_number, fields)):
            return Layout(columns or _DATA_ORDER, unit, number, size, fields)
        else:
            return None
    return None if columns is None else Layout(columns, unit, len(lines), size, ())


def _named(fields: tuple[str, ...]) -> tuple[tuple[str, ...], float | None] | None:
    """Return the columns and the unit of time if `fields` are the names of columns."""
    found, unit = [], None
    for field in fields:
        name, _, suffix = re.sub(r"[\s\[(]+", "_", field.lower().rstrip("])")).partition("_")
        found.append(FIELD.get(name, ""))
        if suffix:
            if found[-1] != "t" or suffix not in _UNITS:
                return None
            unit = _UNITS[suffix]
    return (tuple(found), unit) if sorted(found) == sorted(_DATA_ORDER) else None


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return "_" not in field
