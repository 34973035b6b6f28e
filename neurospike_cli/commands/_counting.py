"""How long work on many things looks: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from neurospike_cli.commands._session import Session

#: Lines stand at least this many seconds apart, and there are at most so many parts of the whole.
_SECONDS, _PARTS = 2.0, 10


class Counter:
    """Counts things that are done; this one keeps silent."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0

    def advance(self, things: int) -> None:
        """Count some more."""
        self.done += things

    def watch(self, done: int, total: int) -> None:
        """Count up to `done` of `total`, where that becomes known on the way."""
        self.total = total
        self.advance(done - self.done)

    def turn_to(self, what: str) -> None:
        """Say what is done now that all are counted."""


class LineCounter(Counter):
    """A plain line on stderr now and then."""

    def __init__(self, total: int, session: Session, what: str) -> None:
        super().__init__(total)
        self._session, self._what = session, what
        self._begun = self._said = time.monotonic()
        self._before: int | None = None
        self._shown = 0

    def advance(self, things: int) -> None:
        """Count some more, and say so where the last line is some time ago."""
        super().advance(things)
        if self._before is None:
            self._before = self.done  # what was there at the start took no time
            self._shown = self.done
        now, further = time.monotonic(), self.done - self._shown
        if now - self._said < _SECONDS or further * _PARTS < self.total or self.done >= self.total:
            return
        self._said, self._shown = now, self.done
        left = (now - self._begun) * (self.total - self.done) / max(1, self.done - self._before)
        part = f"{100 * self.done / self.total:.0f} %"
        self._session.note(f"{self._what} {self.done:,}/{self.total:,}  {part}  {left:.0f} s left")


class BarCounter(Counter):
    """A bar that moves; it is there from the first thing on."""

    def __init__(self, total: int, bar: Progress, what: str) -> None:
        super().__init__(total)
        self._bar, self._task = bar, bar.add_task(what, total=total)

    def advance(self, things: int) -> None:
        """Move the bar."""
        super().advance(things)
        self._bar.start()
        self._bar.update(self._task, completed=self.done, total=self.total)

    def turn_to(self, what: str) -> None:
        """Say so beside the bar."""
        self._bar.update(self._task, description=what)


@contextmanager
def counting(session: Session, what: str, total: int = 0) -> Iterator[Counter]:
    """Yield a counter as the session's options ask for it; its bar is gone at the end.

    Args:
        session: the options.
        what: what is counted, e.g. ``Recordings``.
        total: how many there are, where that is known.
    """
    if not session.shows_bar:
        yield LineCounter(total, session, what) if session.shows_lines else Counter(total)
        return
    plain = {"never": True, "always": False}.get(session.color)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    console = Console(stderr=True, highlight=False, no_color=plain)
    bar = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
    try:
        yield BarCounter(total, bar, what)
    finally:
        bar.stop()
