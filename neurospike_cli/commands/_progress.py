"""How training looks: a bar on a terminal, plain lines elsewhere, and the run's log."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from neurospike_cli.commands._session import Session
from neurospike_cli.runs.directory import append_line
from neurospike_cli.training.observer import EpochRecord, Observer


class LineObserver(Observer):
    """Notes and one plain line per epoch, on stderr."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, text: str) -> None:
        """Print a line, unless quiet."""
        self._session.note(text)

    def epoch_done(self, record: EpochRecord) -> None:
        """Print the epoch's line where lines are wanted."""
        if self._session.shows_lines:
            self._session.note(str(record))


class BarObserver(Observer):
    """A bar that counts the batches of the epoch, with the finished epochs above it."""

    def __init__(self, session: Session) -> None:
        # Where it is not `never`, rich decides, and honours NO_COLOR.
        plain = {"never": True, "always": False}.get(session.color)
        console = Console(stderr=True, highlight=False, no_color=plain)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", visible=False)

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        self._bar.console.print(text, markup=False, soft_wrap=True)

    def epoch_started(self, epoch: int, epochs: int, batches: int) -> None:
        """Start the bar again for the epoch."""
        self._bar.start()
        self._bar.reset(
            self._task, total=batches, description=f"Epoch {epoch}/{epochs}", visible=True
        )

    def batch_done(self) -> None:
        """Move the bar by one batch."""
        self._bar.advance(self._task)

    def epoch_done(self, record: EpochRecord) -> None:
        """Put the epoch's line above the bar."""
        self.note(str(record))

    def close(self) -> None:
        """Take the bar off the screen."""
        self._bar.stop()


class LoggedObserver(Observer):
    """Passes everything on, and keeps notes and epochs in the run's log."""

    def __init__(self, inner: Observer, log: Path) -> None:
        self._inner = inner
        self._log = log

    def note(self, text: str) -> None:
        """Log and pass on."""
        self._write(text)
        self._inner.note(text)

    def epoch_started(self, epoch: int, epochs: int, batches: int) -> None:
        """Pass on."""
        self._inner.epoch_started(epoch, epochs, batches)

    def batch_done(self) -> None:
        """Pass on."""
        self._inner.batch_done()

    def epoch_done(self, record: EpochRecord) -> None:
        """Log and pass on."""
        self._write(str(record))
        self._inner.epoch_done(record)

    def close(self) -> None:
        """Pass on."""
        self._inner.close()

    def _write(self, text: str) -> None:
        append_line(self._log, text)


def observer_for(session: Session, log: Path) -> Observer:
    """Return the observer that the session's options ask for."""
    shown = BarObserver(session) if session.shows_bar else LineObserver(session)
    return LoggedObserver(shown, log)
