"""Where something stands in a text, and the keys that lead to it."""

from __future__ import annotations

from dataclasses import dataclass

#: Keys and indices from the top of a config down to a value.
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A stretch of text: `width` characters from `line` and `column`, both from 1.

    Attributes:
        file: the file's name as the user gave it, or the `--set` argument.
        line: 0 in an argument, which has no lines.
        excerpt: the text of that line.
    """

    file: str
    line: int
    column: int
    width: int = 1
    excerpt: str = ""

    @property
    def text(self) -> str:
        """The characters meant."""
        return self.excerpt[self.column - 1 : self.column - 1 + self.width]

    @property
    def origin(self) -> str:
        """``file:line``, or the argument."""
        return f"{self.file}:{self.line}" if self.line else self.file


def dotted(path: KeyPath) -> str:
    """Return `path` as users write it: ``network.hidden.0.size``."""
    return ".".join(str(segment) for segment in path)
