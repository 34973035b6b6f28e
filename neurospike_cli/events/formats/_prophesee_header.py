"""The text header of Prophesee's files: lines that begin with ``% ``.

```
% evt 3.0                                   or  % format EVT3;height=720;width=1280
% geometry 1280x720
% plugin_name hal_plugin_gen41_evk3         tells the chip where the size is not given
% end                                       newer files only; older ones just begin with data
```
"""

from __future__ import annotations

import re

from neurospike_cli.events.formats._recording_file import RecordingFile

MARK = b"% "
_END = (b"% end",)
#: Width and height of the chips, in px.
_CHIPS = {
    "gen31": (640, 480),
    "gen3": (640, 480),
    "gen41": (1280, 720),
    "gen4": (1280, 720),
    "imx636": (1280, 720),
    "genx320": (320, 320),
}


def names_version(head: bytes, version: int) -> bool:
    """Say whether the header in `head` is that of an EVT file of `version`."""
    lines = _header_lines(head)
    pattern = re.compile(rf"% (evt {version}\.\d|format EVT{version}\b)".encode())
    return any(pattern.match(line) for line in lines)


def read_header(file: RecordingFile) -> list[str]:
    """Read the header's lines; what is read next is the data."""
    return file.header(MARK, _END)


def size_in(lines: list[str]) -> tuple[int, int] | None:
    """Return width and height in px where the header tells them."""
    text = "\n".join(lines)
    if found := re.search(r"(?m)^% geometry (\d{1,5})x(\d{1,5})$", text):
        return int(found[1]), int(found[2])
    width = re.search(r"(?mi)(?:;|^% )width[= ](\d{1,5})\b", text)
    height = re.search(r"(?mi)(?:;|^% )height[= ](\d{1,5})\b", text)
    if width and height:
        return int(width[1]), int(height[1])
    chip = re.search(r"(?m)^% plugin_name hal_plugin_([a-z0-9]+)", text)
    return _CHIPS.get(chip[1]) if chip else None


def _header_lines(head: bytes) -> list[bytes]:
    lines = []
    for line in head.split(b"\n"):
        if not line.startswith(MARK):
            break
        lines.append(line)
    return lines
