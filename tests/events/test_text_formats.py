"""CSV and the RPG text form: columns, units, and lines that are no events."""

from __future__ import annotations

import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats import _text_format
from neurospike_cli.events.formats.csv import CSV
from neurospike_cli.events.formats.rpg import RPG
from neurospike_cli.events.recognition import open_recording, recognise
from tests.events.made_recordings import stream_of

EVENTS = [(3811, 96, 133, 0), (3820, 127, 171, 1)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("0.003811 96 133 0\n0.003820001 127 171 1\n", "rpg"),
        ("240 180\n3811 96 133 0\n3820 127 171 1", "rpg"),
        ("3.811e-3 96 133 0\n3.820e-3 127 171 1\n", "rpg"),
        ("# a comment\n# t x y p\n3811 96 133 -1\n\n3820 127 171 1\n", "rpg"),
        ("3811,96,133,0\n3820,127,171,1\n", "csv"),
        ("\ufefft,x,y,p\r\n3811,96,133,0\r\n3820,127,171,1\r\n", "csv"),
        ("timestamp;polarity;x;y\n3811;0;96;133\n3820;1;127;171\n", "csv"),
        ("x\ty\tt_ms\tpol\n96\t133\t3.811\t0\n127\t171\t3.82\t1\n", "csv"),
        ("x, y, t [s], on\n96, 133, 0.003811, 0\n127, 171, 0.00382, 1\n", "csv"),
        ("t_us,x,y,p\n3811,96,133,0\n3820,127,171,1\n", "csv"),
    ],
)
def test_what_a_text_means(tmp_path, text, name):
    path = tmp_path / "a"
    path.write_text(text, encoding="utf-8", newline="")
    assert recognise(path).name == name
    assert open_recording(path).events.tolist() == EVENTS


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("4000,1", "line 3: is no event: '4000,1'; expected t .a whole number., x"),
        ("4000,1,2,3,4", "line 3: is no event"),
        ("4000,1,two,1", "line 3: is no event: '4000,1,two,1'"),
        (f"{2**63},1,1,1", "line 3: is no event: '9223372036854775808,1,1,1'"),
        ("nan,1,1,1", "line 3: is no event"),
        ("4000,70000,1,1", "event 2: x = 70000 is outside of the sensor"),
        ("4000,-1,1,1", "event 2: x = -1 is outside of the sensor"),
        ("4000,1,1,2", "event 2: p = 2 must be 0 .OFF. or 1 .ON."),
        ("-4000,1,1,1", "event 2: t = -4000 must be 0 to"),
        ("1" * 5000, "line 3: is longer than 4096 bytes"),
    ],
)
@pytest.mark.parametrize("piece", [16, 2**20])
def test_a_line_that_is_no_event_is_named(tmp_path, monkeypatch, line, message, piece):
    monkeypatch.setattr(_text_format, "_PIECE", piece)
    path = tmp_path / "a.csv"
    path.write_text(f"3811,96,133,0\n3820,127,171,1\n{line}")
    with pytest.raises(DataError, match=message.replace("event 2", r"event \d")):
        CSV().read(path)


@pytest.mark.parametrize("time", ["nan", "inf", "1e300"])
def test_a_time_that_is_none(tmp_path, time):
    path = tmp_path / "a"
    path.write_text(f"0.003811 96 133 0\n\n{time} 127 171 1\n")
    with pytest.raises(DataError, match=r"line 3: t = .* is no time"):
        RPG().read(path)


def test_a_last_line_that_is_cut_off_is_left_out_on_request(tmp_path):
    path = tmp_path / "a"
    path.write_text("3811,96,133,0\n3820,127")
    with pytest.raises(DataError, match="line 2: is no event: '3820,127'"):
        CSV().read(path)
    stream = CSV(recover=True).read(path)
    assert stream.events.tolist() == EVENTS[:1]
    assert stream.dropped == {"lines_cut_off": 1}


@pytest.mark.parametrize("text", ["1\n2\n", "one,two\n", "class,startTime\n2,40\n", "a b c d\n"])
def test_other_texts_are_not_taken_for_events(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match="of no event format that is known"):
        recognise(path)
    with pytest.raises(DataError, match="line 1: is neither an event of four numbers"):
        CSV().read(path)


def test_what_is_written_is_as_the_formats_have_it(tmp_path):
    path = tmp_path / "a"
    stream = stream_of([(3811, 1, 2, 0), (12_000_020, 3, 4, 1)])
    CSV().write(stream, path)
    assert path.read_text() == "t_us,x,y,p\n3811,1,2,0\n12000020,3,4,1\n"
    RPG().write(stream, path)
    assert path.read_text() == "34 34\n0.003811 1 2 0\n12.000020 3 4 1\n"
