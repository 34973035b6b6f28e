"""The bar of a training on a terminal, and what it does to the lines above it."""

from __future__ import annotations

import pytest

from neurospike_cli.commands._progress import BarObserver
from neurospike_cli.commands._session import Session


def shown(session: Session, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a bar with one line above it writes to a terminal."""
    observer = BarObserver(session)
    observer.epoch_started(1, 2, 4)
    observer.batch_done()
    observer.note("hidden.0 " + 90 * "x")
    observer.close()
    return capsys.readouterr().err


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.mark.parametrize(
    ("color", "no_color", "colored"),
    [("auto", "", True), ("auto", "1", False), ("never", "", False), ("always", "1", True)],
)
def test_color(
    color: str,
    no_color: str,
    colored: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    assert ("\x1b[32m" in shown(Session(color=color), capsys)) is colored


def test_a_long_line_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert 90 * "x" in shown(Session(), capsys)
