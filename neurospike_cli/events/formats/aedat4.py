"""AEDAT 4 of DV: packets of events in FlatBuffers, compressed with LZ4 or Zstandard.

Read by `faery` (0.7: 111,954 events of the 111,954 of DV's sample, the first and the last as
known). The first stream of events in the file is read.

Specification: https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-4.0.html
"""

from __future__ import annotations

from typing import ClassVar, Literal

from neurospike_cli.events.formats._faery_format import FaeryFormat


class AEDAT4(FaeryFormat):
    """AEDAT 4."""

    magic: ClassVar[bytes] = b"#!AER-DAT4.0"
    kind: ClassVar[str] = "aedat"
    suffixes: ClassVar[tuple[str, ...]] = (".aedat4",)
    format: Literal["aedat4"] = "aedat4"
