"""Recordings that no reader takes, through the command line: what is said, how soon, how large.

| row | what is wrong | cases here, and tests elsewhere |
|---|---|---|
| 18 | no bytes, a header alone | ``18 …``; `test_formats.py`: what is no recording is named |
| 19 | a header without an end, or a huge one | ``19 …``; `test_prophesee_formats.py` |
| 20 | cut off within a word | ``20 …``; `test_recording_laws.py`: cut at any byte |
| 21 | N-MNIST, length no multiple of 5 | ``21 …`` |
| 22 | words of no type | ``22 …``; `test_prophesee_formats.py`: up to a limit they are counted |
| 23 | pixels outside of the sensor | ``23 …``; `test_what_a_policy_leaves_out_is_counted` |
| 24 | times that go back | ``24 …``; `test_formats.py`: events that go back in time |
| 25 | counters that are full, t below 0 or above int64 | ``25 …``; `test_recording_laws.py` |
| 26 | vectors before a base; another sensor than given | ``26 …``; `test_another_sensor …` |
| 27 | another format than the name says | ``27 …``; `test_aedat_formats.py`: a name that misleads |
| 28 | AEDAT 4: lengths, offsets, bombs | ``28 …`` |
| 29 | text that is no events | ``29 …``; `test_text_formats.py`: CRLF, BOM, units |
| 30 | no rate, one event, many | `test_recordings_of_little`; `benchmarks/decoders.py` |
| 38 | HDF5 that points elsewhere or declares too much | ``38 …``; `test_hdf5_format.py` |
| 39 | HDF5 that breaks its library down | the laws; `test_a_decoder_that_makes_nothing …` |
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import tracemalloc
from importlib import util
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.errors import DataError
from neurospike_cli.events.formats import _child_decoder
from neurospike_cli.events.formats._recording_file import opened
from neurospike_cli.events.formats.aedat4 import AEDAT4
from neurospike_cli.events.formats.event_stream import EventStreamFile
from tests.events import bad_recordings as bad
from tests.events.bad_recordings import SOME
from tests.events.made_recordings import aedat2, aedat31, dat, event_stream, evt2, evt3, made

#: What is allowed for a refusal. A child that imports a library takes 0.3 s of it on a quiet
#: machine; tests run on busy ones.
SECONDS, BYTES = 1.0, 200e6
BUSY = 5

HEADER = "truncated at byte {}, within its header"
NO_EVENTS = "has no events: it is {} bytes long"

#: By row and what is wrong: what makes the file, given an empty folder, and what is said of it.
CASES = {
    "18 no bytes": (lambda _: b"", "is empty: 0 bytes"),
    "18 evt3 header": (lambda _: evt3([]), NO_EVENTS.format(33)),
    "18 evt2 header": (lambda _: evt2([]), NO_EVENTS.format(33)),
    "18 dat header": (lambda _: dat([]), NO_EVENTS),
    "18 aedat2 header": (lambda _: aedat2([]), NO_EVENTS),
    "18 aedat31 header": (lambda _: aedat31([]), NO_EVENTS),
    "18 event_stream header": (lambda _: event_stream([]), NO_EVENTS.format(20)),
    "18 csv header": (lambda _: bad.text(), NO_EVENTS.format(8)),
    "19 no end": (lambda _: b"% evt 3.0\n% geo", HEADER.format(10)),
    "19 no data": (lambda _: b"% Data file containing CD events.\n", HEADER.format(34)),
    "19 huge": (
        lambda _: b"% evt 3.0\n" + (b"% " + b"more" * 30 + b"\n") * 9000,
        "its header goes on after 1048576 bytes",
    ),
    "19 no line ends": (
        lambda _: b"% evt 3.0\n% " + b"a" * 2**21,
        "its header goes on after 1048576 bytes",
    ),
    "19 aedat31 no end": (
        lambda _: b"#!AER-DAT3.1\r\n" + bytes(40),
        "byte 14: the header must end with #!END-HEADER",
    ),
    "19 geometry 0": (
        lambda _: evt3(SOME, b"% evt 3.0\n% geometry 0x0\n% end\n"),
        "says that its sensor has 0×0 px; 1 to 65536 px a side are read",
    ),
    "20 evt2": (lambda _: bad.cut(evt2(SOME), 1), "truncated at byte 45, after 3 words: 3 of"),
    "20 evt3": (lambda _: bad.cut(evt3(SOME), 1), "truncated at byte 51, after 9 words: 1 of"),
    "20 dat": (lambda _: bad.cut(dat(SOME), 3), "after 2 words: 5 of its"),
    "20 aedat2": (lambda _: bad.cut(aedat2(SOME), 3), "after 2 words: 5 of its"),
    "20 aedat31": (lambda _: bad.cut(aedat31(SOME), 3), "in a packet of 8 bytes: 5 of its"),
    "20 event_stream": (
        lambda _: bad.cut(event_stream(SOME), 1),
        "truncated at byte 30, within an event: 4 of its 34 bytes are left over",
    ),
    "20 npy": (lambda d: bad.cut(made("npy", SOME, d).read_bytes(), 1), "after 2 of 3 events"),
    "20 npz": (lambda d: bad.cut(made("npz", SOME, d).read_bytes(), 1), "is no archive of events"),
    "21 nmnist": (
        lambda d: bad.cut(made("nmnist", SOME, d).read_bytes(), 2),
        "truncated at byte 10, after 2 words: 3 of its 13 bytes are left over",
    ),
    "22 no type": (
        lambda _: evt3(SOME) + b"\x00\x90" * 101,
        "101 of the first 111 words are of no known type; at most 100, or 1%, are stepped over",
    ),
    "22 continued only": (
        lambda _: bad.evt3_words(*[0x7000] * 500),
        "has no events: it is 1033 bytes long, with 500 other words",
    ),
    "23 a line of 33014": (
        lambda d: bad.h5(d, bad.far_row),
        "event 1: y = 33014 is outside of the sensor, whose y is 0 to 719; 1 of the 3",
    ),
    "23 evt3": (
        lambda _: evt3([(5, 1, 2, 1), (6, 40, 2, 1)]),
        "event 1: x = 40 is outside of the sensor, whose x is 0 to 33",
    ),
    "23 event_stream": (
        lambda _: event_stream([(5, 1, 2, 1), (6, 1, -7, 1)]),
        "event 1: y = -7 is outside of the sensor, whose y is 0 to 33",
    ),
    "24 back": (lambda _: bad.turned(), "event 1: t = 490 is earlier than an event before it"),
    "25 below 0": (lambda _: bad.text("-5,1,1,1"), "event 0: t = -5 must be 0 to 2^63 - 1 µs"),
    "25 above": (lambda _: bad.text(f"{2**63},1,1,1"), "line 2: is no event: '9223372036854775808"),
    "26 vectors alone": (
        lambda _: bad.evt3_words(0x8001, 0x0002, 0x4FFF),
        "has no events: it is 39 bytes long, with 12 incomplete",
    ),
    "26 no time": (
        lambda _: bad.evt3_words(0x6001, 0x0002, 0x2003),
        "has no events: it is 39 bytes long, with 1 incomplete",
    ),
    "27 images": (lambda _: bad.idx(), "is an IDX file, 100 × 28 × 28 elements, and holds no"),
    "27 gzip": (lambda _: b"\x1f\x8b\x08" + bytes(99), "is compressed with gzip: not read"),
    "27 elf": (lambda _: b"\x7fELF" + b"\xff" * 99, "is of no event format that is known"),
    "28 packet length": (
        lambda d: bad.with_packet_length(d, 2**32 - 1),
        "in a packet that lacks 429496",
    ),
    "28 packet over table": (
        lambda d: bad.with_packet_length(d, 200), "a packet goes on where the table of packets"
    ),
    "28 header offset": (lambda d: bad.with_header_offset(d, 2**31), "its header is damaged"),
    "28 header length": (
        lambda _: b"#!AER-DAT4.0\r\n\xff\xff\xff\xff" + bytes(9), HEADER.format(27)
    ),
    "28 packet root": (lambda d: bad.with_packet_root(d, 2**31), "cannot be decoded"),
    "28 lz4 bomb": (lambda d: bad.aedat4_of(d, bad.LZ4, bad.lz4_bomb()), "out of memory"),
    "28 zstd bomb": (lambda d: bad.aedat4_of(d, bad.ZSTD, bad.zstd_bomb()), "out of memory"),
    "28 es version": (
        lambda _: b"Event Stream" + bytes([1, 2, 0, 0, 5, 0, 5, 0]), "of version 1.2.0"
    ),
    "28 es type": (
        lambda _: b"Event Stream" + bytes([2, 0, 0, 2, 5, 0, 5, 0]),
        "byte 15: holds events of type 2, ATIS; type 1, DVS, is read",
    ),
    "29 one column": (lambda _: b"1\n2\n3\n", "is of no event format that is known"),
    "29 three": (lambda _: bad.text("1,2,3,1", "2,3,1"), "line 3: is no event: '2,3,1'"),
    "29 words": (lambda _: bad.text("1,2,3,1", "2,two,3,1"), "line 3: is no event: '2,two,3,1'"),
    "29 nan": (lambda _: bad.text("1,2,3,1", "nan,2,3,1"), "line 3: is no event: 'nan,2,3,1'"),
    "38 external link": (
        lambda d: bad.h5(d, bad.linked("ExternalLink", "/etc/passwd", "/")),
        "events is a link (ExternalLink); only hard links are read",
    ),
    "38 soft link": (
        lambda d: bad.h5(d, bad.linked("SoftLink", "/elsewhere")),
        "events is a link (SoftLink); only hard links are read",
    ),
    "38 external data": (lambda d: bad.h5(d, bad.elsewhere), "/t keeps its data in other files"),
    "38 virtual": (lambda d: bad.h5(d, bad.virtual), "/t keeps its data in other files"),
    "38 shape": (lambda d: bad.h5(d, bad.large_shape), "declares 8000000000000 bytes; the file"),
    "38 piece": (lambda d: bad.h5(d, bad.one_large_piece), "is stored in pieces of 67108872 bytes"),
    "38 filter": (lambda d: bad.h5(d, bad.unknown_filter), "pip install hdf5plugin"),
    "39 not even HDF5": (
        lambda _: b"\x89HDF\r\n\x1a\n" + b"\xff" * 500, "cannot be decoded as HDF5"
    ),
}  # fmt: skip
CONFIG = """\
name: bad
data:
  source: recordings
  root: {root}
  duration: 1.0
  sensor: {{width: 34, height: 34}}
  split: {{train: 0.4, validation: 0.3, test: 0.3}}
network: {{hidden: [{{size: 2}}]}}
training: {{phases: [{{rule: surrogate_gradient, epochs: 1}}]}}
"""
LIBRARIES = {"28": "faery", "38": "h5py", "39": "h5py", "23 a": "h5py"}


@pytest.fixture(params=CASES)
def case(request, tmp_path):
    """Return the path of a bad file, alone in a folder, and what is said of it."""
    for start, library in LIBRARIES.items():
        if request.param.startswith(start) and util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    make, message = CASES[request.param]
    (tmp_path / "work").mkdir()
    (tmp_path / "root" / "a").mkdir(parents=True)
    path = tmp_path / "root" / "a" / "bad"
    path.write_bytes(make(tmp_path / "work"))
    return path, message.partition("{")[0]


@pytest.fixture(scope="module", autouse=True)
def commands_are_loaded(tmp_path_factory):
    """Let no case pay for what the first command imports."""
    path = tmp_path_factory.mktemp("first") / "a.yaml"
    path.write_text(CONFIG.format(root=path.parent / "nowhere"))
    assert main(["train", str(path), "--out", str(path.parent)]) == 3


def refused(arguments, capsys):
    """Run a command that must refuse a file; return what it says."""
    tracemalloc.start()
    begin = time.process_time()
    code = main(arguments)
    seconds, (_, peak) = time.process_time() - begin, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    said = capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert said.err.startswith("error: ")
    assert "Traceback" not in said.err
    assert seconds < SECONDS * BUSY
    assert peak < BYTES
    return said.err


def test_convert_says_what_is_wrong_and_writes_nothing(case, capsys):
    path, message = case
    target = path.parents[2] / "out.npz"
    text = refused(["convert", str(path), str(target)], capsys)
    assert message in text
    assert f"--> {path}" in text
    assert "\n  = " in text, "it must say what to do"
    assert not list(path.parents[2].glob("*out*"))


#: A process begins with the peak of its parent, so that a small one has to look.
LOOKS = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-P", *sys.argv[1:]], capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


@pytest.mark.parametrize(
    ("name", "script", "kind"),
    [
        ("28 lz4 bomb", "_faery_child.py", "aedat"),
        ("28 zstd bomb", "_faery_child.py", "aedat"),
        ("38 shape", "_hdf5_child.py", "events"),
        ("38 piece", "_hdf5_child.py", "events"),
    ],
)
def test_a_bomb_takes_little_memory(tmp_path, name, script, kind):
    pytest.importorskip({"aedat": "faery", "events": "h5py"}[kind])
    path = tmp_path / "bad"
    path.write_bytes(CASES[name][0](tmp_path))
    program = Path(_child_decoder.__file__).with_name(script)
    command = [sys.executable, "-c", LOOKS, str(program), str(path), kind]
    said = subprocess.run(command, capture_output=True, check=True, text=True)
    assert int(said.stdout) < BYTES


def test_train_says_the_same_and_makes_no_run(case, capsys):
    path, message = case
    folder = path.parents[2]
    (folder / "root" / "b").mkdir()
    for number in range(3):
        path.with_name(f"bad{number}").write_bytes(path.read_bytes())
        (folder / "root" / "b" / str(number)).write_bytes(evt3(SOME))
    path.unlink()
    config = folder / "a.yaml"
    config.write_text(CONFIG.format(root=path.parents[1]))
    text = refused(["train", str(config), "--out", str(folder / "runs")], capsys)
    assert f"--> {path}" in text  # and a number
    # What tells another sensor than the config is refused for that before anything else.
    assert message in text or "the sensor is given as 34×34 px" in text
    assert not list((folder / "runs").glob("*"))


def test_what_a_policy_leaves_out_is_counted(tmp_path, capsys):
    pytest.importorskip("h5py")
    path, target = tmp_path / "a", tmp_path / "b.csv"
    path.write_bytes(bad.h5(tmp_path, bad.far_row))
    assert main(["convert", str(path), str(target), "--outside", "drop"]) == 0
    assert "Not written: 1 outside of sensor" in capsys.readouterr().err
    assert target.read_text() == "t_us,x,y,p\n5,1,2,1\n9,5,6,1\n"
    assert main(["inspect", str(path)]) == 0
    assert "outside the sensor  1 events" in capsys.readouterr().out


def inspected(path, capsys):
    """Return what `inspect` says of a file, by name."""
    assert main(["inspect", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    return dict(re.split(r"  +", line, maxsplit=1) for line in lines)


def test_inspect_reads_up_to_the_damage_and_says_so(tmp_path, capsys):
    path = tmp_path / "a"
    path.write_bytes(bad.cut(event_stream(SOME), 1))
    said = inspected(path, capsys)
    assert said["events"] == "2"
    assert said["stepped over"] == "4 bytes cut off"


@pytest.mark.parametrize(
    ("rows", "duration", "rate"),
    [
        (SOME[:1], "0.000 ms, from 5 to 5 us", "none: all events are at one time"),
        ([(7, 1, 1, 1)] * 40, "0.000 ms, from 7 to 7 us", "none: all events are at one time"),
        ([(0, 1, 1, 1), (10**9, 1, 1, 0)], "1000000.000 ms, from 0 to 1000000000 us", "0.002 Hz"),
    ],
)
def test_recordings_of_little(tmp_path, capsys, rows, duration, rate):
    path = tmp_path / "a"
    path.write_bytes(dat(rows))
    said = inspected(path, capsys)
    assert (said["events"], said["duration"], said["rate"]) == (str(len(rows)), duration, rate)


def test_another_sensor_than_the_config_has_is_refused(tmp_path, capsys):
    path = tmp_path / "a"
    path.write_bytes(evt3(SOME))
    arguments = ["convert", str(path), str(tmp_path / "b.csv"), "--sensor", "1280x720"]
    said = refused(arguments, capsys)
    assert "was recorded with 34×34 px; the sensor is given as 1280×720 px" in said
    assert "leave the sensor out, or give the file's" in said


def test_a_decoder_that_makes_nothing_is_ended(tmp_path, monkeypatch):
    script = tmp_path / "stalls.py"
    script.write_text(
        "import sys, time\nprint('{\"size\": null}', flush=True)\n"
        "sys.stderr.write('said' * 100_000)\ntime.sleep(60)\n"
    )
    path = tmp_path / "a"
    path.write_bytes(b"any")
    monkeypatch.setattr(_child_decoder, "__file__", str(tmp_path / "_child_decoder.py"))
    monkeypatch.setattr(_child_decoder, "PATIENCE", 0.7)
    begin = time.monotonic()
    with (
        opened(path) as file,
        pytest.raises(DataError, match=r"nothing could be made of it for 0\.7 s") as caught,
    ):
        for _ in _child_decoder.decoding_by("stalls.py", (), file).blocks:
            pass
    assert caught.value.where == str(path)
    assert time.monotonic() - begin < 10


def test_a_part_of_an_aedat4_file_is_read_on_request(tmp_path):
    pytest.importorskip("faery")
    rows = [(i, i % 34, i % 33, i % 2) for i in range(10_000)]  # three packets of 4096 at most
    whole = made("aedat4", rows, tmp_path).read_bytes()
    path, counts = tmp_path / "a", []
    for length in (len(whole), len(whole) - 10_000, len(whole) // 2):
        path.write_bytes(whole[:length])
        stream = AEDAT4(recover=True).read(path)
        assert stream.events.tolist() == rows[: len(stream)]
        counts.append((len(stream), bool(stream.dropped)))
    assert counts == [(10_000, False), (8192, True), (4096, True)]


def test_a_reset_of_event_stream_changes_nothing_and_is_counted(tmp_path):
    path, data = tmp_path / "a", event_stream(SOME)
    path.write_bytes(data[:25] + b"\xfe" * 3 + data[25:] + b"\xff\xfe")
    stream = EventStreamFile().read(path)
    assert stream.events.tolist() == SOME
    assert stream.dropped == {"resets": 4}
