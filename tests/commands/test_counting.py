"""How counted work looks: plain lines now and then, a bar on a terminal, nothing when asked."""

from __future__ import annotations

import pytest

from neurospike_cli.commands import _counting
from neurospike_cli.commands._counting import counting
from neurospike_cli.commands._session import Session


class Clock:
    """A clock that the test moves."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(_counting, "time", made)
    return made


def lines(clock: Clock, capsys: pytest.CaptureFixture[str], steps: list[tuple[float, int]]) -> str:
    """Return what is said where things are done after some seconds each."""
    with counting(Session(progress="lines"), "Recordings", 1000) as counter:
        for seconds, things in steps:
            clock.now += seconds
            counter.advance(things)
    return capsys.readouterr().err


def test_lines_stand_apart_in_time_and_in_part(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    said = lines(clock, capsys, [(0, 0), (1, 300), (1, 100), (5, 50), (1, 50), (3, 500)])
    # 400 after 2 s: 600 more take 3 s; 450 is too few more; 500 after 8 s; the end says nothing.
    assert said.splitlines() == [
        "Recordings 400/1,000  40 %  3 s left",
        "Recordings 500/1,000  50 %  8 s left",
    ]


def test_what_was_there_before_took_no_time(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    said = lines(clock, capsys, [(0, 600), (4, 200)])
    assert said == "Recordings 800/1,000  80 %  4 s left\n"


@pytest.mark.parametrize("session", [Session(progress="none"), Session(quiet=True)])
def test_silence_where_it_is_asked_for(
    session: Session, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with counting(session, "Recordings", 1000) as counter:
        clock.now += 60
        counter.advance(500)
    assert (counter.done, capsys.readouterr().err) == (500, "")


def test_a_bar_is_there_from_the_first_thing_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    with counting(Session(progress="bar"), "Reading") as counter:
        pass
    assert capsys.readouterr().err == ""
    with counting(Session(progress="bar"), "Reading") as counter:
        counter.watch(30, 120)
        counter.turn_to("Pictures")
    said = capsys.readouterr().err
    assert "Pictures" in said
    assert "25%" in said
    assert (counter.done, counter.total) == (30, 120)
