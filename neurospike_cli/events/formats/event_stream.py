"""Event Stream (``.es``), a compact format: 5 bytes an event, and a byte every 127 µs without one.

Read by `faery` (0.7: 473,225 events of the 473,225 of its own sample, the first and the last as
known), DVS events only. The file counts y from below; here it is from the top. A file that is cut
off within an event is read up to there: the format has no mark of its end, and the library says
nothing.

Specification: https://github.com/neuromorphic-paris/event_stream
"""

from __future__ import annotations

from typing import ClassVar, Literal

from neurospike_cli.events.formats._faery_format import FaeryFormat


class EventStreamFile(FaeryFormat):
    """Event Stream files."""

    magic: ClassVar[bytes] = b"Event Stream"
    kind: ClassVar[str] = "es"
    suffixes: ClassVar[tuple[str, ...]] = (".es",)
    format: Literal["event_stream"] = "event_stream"
