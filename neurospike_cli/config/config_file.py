"""The text of a config file: a regular file, UTF-8, printable, of a size that a config can have."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from neurospike_cli.config.place import Place
from neurospike_cli.config.report import config_error, problem_at
from neurospike_cli.errors import ConfigError, UsageError

MAX_BYTES = 1_000_000

#: What YAML counts as the end of a line.
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Longest first: the mark of UTF-32 begins with that of UTF-16.
_FOREIGN_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x1f\x8b": "gzip",
    b"\x7fELF": "a program",
}


def read_config_text(path: Path, name: str) -> str:
    """Return the text of the file at `path`, without a byte order mark.

    Args:
        path: where the file is.
        name: the name it goes by in errors.

    Raises:
        UsageError: when it is missing, unreadable, not a regular file or too large.
        ConfigError: when it is not printable UTF-8; points at the first bad character.
    """
    return _printable(_decoded(_read(path, name), name), name)


def _read(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise UsageError(f"the config is {kind}", where=name, hint="name a YAML file")
        if status.st_size > MAX_BYTES:
            raise UsageError(
                f"the config has {status.st_size:,} bytes; at most {MAX_BYTES:,} are read",
                where=name,
                hint="a config of this size is most likely another kind of file",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        hint = "`neurospike init` writes a starter config"
        raise UsageError("no such config file", where=name, hint=hint) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read the config: {reason}", where=name) from error


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in _FOREIGN_MARKS.items():
        if content.startswith(mark):
            message = f"the file is {encoding}; a config is UTF-8 text"
            raise _error(Place(name, 1, 1), message, name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        rest = content[error.start :].decode("utf-8", errors="replace")
        message = f"byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise _error(place_at(before + rest, len(before), name), message, name) from error


def _printable(text: str, name: str) -> str:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return text
    message = f"control character U+{ord(found[0]):04X} in the file; remove it"
    raise _error(place_at(text, found.start(), name), message, name)


def place_at(text: str, offset: int, name: str) -> Place:
    """Return the place of the character at `offset` of `text`."""
    before = LINE_BREAK.split(text[:offset])
    line = LINE_BREAK.split(text)[len(before) - 1]
    # The excerpt goes to a terminal: whatever the file holds, it must not control that.
    excerpt = _UNPRINTABLE.sub("\ufffd", line)
    return Place(name, len(before), len(before[-1]) + 1, 1, excerpt)


def _error(place: Place, message: str, name: str) -> ConfigError:
    return config_error([problem_at(place, message)], name)
