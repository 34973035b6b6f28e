"""Laws of all parsers of events: any cut of a file into blocks, any damage, any chunk.

The formats that libraries read in a process of their own, which takes 0.3 s, get few examples.
"""

from __future__ import annotations

import csv
import io
from contextlib import nullcontext, suppress
from importlib import import_module, util
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.layouts.recording_folder import labelled_files
from neurospike_cli.events.recognition import open_recording, recognise
from neurospike_cli.events.surveys.recording_facts import recording_facts
from neurospike_cli.events.surveys.recording_survey import survey
from neurospike_cli.registry import discover
from tests.events.made_recordings import HEIGHT, SLOW, WIDTH, made

FORMATS = discover(Format)
PACKAGE = "neurospike_cli.events.formats"
#: What of a file is read at a time: module and name, and in which unit of the format it counts.
PIECES = {
    "evt2": ("evt2", "BLOCK"), "evt3": ("evt3", "_WORDS"), "dat": ("dat", "BLOCK"),
    "aedat2": ("aedat2", "BLOCK"), "nmnist": ("nmnist", "BLOCK"),
    "npy": ("_npy_columns", "BLOCK"), "npz": ("_npy_columns", "BLOCK"),
    "csv": ("_text_format", "_PIECE"), "rpg": ("_text_format", "_PIECE"),
    "event_stream": ("event_stream", "PIECE"),
}  # fmt: skip
#: In packets, which the writer of the tests makes of two events; and in a process of its own.
WHOLE = ("aedat31", *SLOW)
#: Where the counter of time of a format is full, in µs, and whether a recording may be longer.
FULL = {"evt2": 2**34, "evt3": 2**24, "dat": 2**32, "aedat2": 2**32, "aedat31": 2**31}
PIXELS = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(0, 1))
FEW, MANY = 3, 60
in_one_folder = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def examples(name):
    """Return how many examples a format can be given."""
    return settings(
        deadline=None,
        max_examples=FEW if name in SLOW else MANY,
        suppress_health_check=in_one_folder,
        derandomize=name in SLOW,
    )


def needs(name):
    """Skip what needs a library that is not there."""
    library = {"aedat4": "faery", "hdf5": "h5py"}.get(name)
    if library and util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")


def rows(full, most=12):
    """Return recordings that fill the counter of time up to three times, or stay below 8 s."""
    # A step of half of the range, in whole units of EVT3's high part, could be one back.
    steps = st.integers(0, full // 2 - 4096 if full else 200_000)
    events = st.tuples(steps, PIXELS)
    return st.lists(events, min_size=1, max_size=most).map(timed)


def timed(events):
    """Return (t, x, y, p) of steps in time and pixels."""
    times = np.cumsum([step for step, _ in events]).tolist()
    return [(t, *pixel) for t, (_, pixel) in zip(times, events, strict=True)]


def in_pieces(name, size):
    """Let a format read `size` words or bytes of a file at a time."""
    module, attribute = PIECES.get(name, ("format", "BLOCK"))
    return patch.object(import_module(f"{PACKAGE}.{module}"), attribute, size)


def read_or_refused(name, path, **policies):
    """Return the events, none where the file is refused; any other exception passes."""
    with suppress(DataError):
        return FORMATS[name](**policies).read(path).events.tolist()
    return []


@pytest.mark.parametrize("name", FORMATS)
def test_no_cut_into_blocks_and_no_wrap_changes_events(tmp_path, name):
    needs(name)

    @examples(name)
    @given(rows(FULL.get(name)), st.integers(1, 40))
    def law(events, size):
        path = made(name, events, tmp_path)
        with in_pieces(name, size) if name not in WHOLE else nullcontext():
            assert FORMATS[name]().read(path).events.tolist() == events

    law()


@pytest.mark.parametrize("name", FORMATS)
def test_chunks_of_any_length_are_the_recording(tmp_path, name):
    needs(name)

    @examples(name)
    @given(rows(None, 30), st.integers(1, 35), st.integers(1, 40))
    def law(events, length, size):
        path = made(name, events, tmp_path)
        with in_pieces(name, size) if name not in WHOLE else nullcontext():
            chunks = [chunk.tolist() for chunk in FORMATS[name]().chunks(path, length)]
        assert [row for chunk in chunks for row in chunk] == events
        assert all(len(chunk) == length for chunk in chunks[:-1])
        assert 1 <= len(chunks[-1]) <= length

    law()


@pytest.mark.parametrize("name", FORMATS)
def test_bits_that_flip_are_refused_or_leave_a_recording(tmp_path, name):
    needs(name)
    events = [(9 * i, i, 33 - i, i % 2) for i in range(30)]
    whole = made(name, events, tmp_path).read_bytes()
    path = tmp_path / "damaged"

    @examples(name)
    @given(st.lists(st.integers(0, 8 * len(whole) - 1), min_size=1, max_size=4, unique=True))
    def law(bits):
        data = bytearray(whole)
        for bit in bits:
            data[bit >> 3] ^= 1 << (bit & 7)
        path.write_bytes(data)
        for policies in ({}, {"outside": "drop", "unordered": "drop", "recover": True}):
            events = read_or_refused(name, path, **policies)
            assert [row[0] for row in events] == sorted(row[0] for row in events)
        with suppress(DataError):
            recording_facts(survey(path))

    law()


@pytest.mark.parametrize("name", SLOW)
def test_what_libraries_write_is_read(tmp_path, name):
    needs(name)

    @examples(name)
    @given(rows(None, 30))
    def law(events):
        path = made(name, events, tmp_path)
        assert recognise(path).name == name
        assert open_recording(path).events.tolist() == events

    law()


@examples("a table of labels")
@given(
    labels=st.dictionaries(
        st.text("abc ,\"'é\n", min_size=1, max_size=6).filter(lambda s: s.strip() == s),
        st.text("xyz ,\"é", min_size=1, max_size=4).filter(lambda s: s.strip() == s),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_a_table_of_labels_comes_back(tmp_path_factory, labels):
    root = tmp_path_factory.mktemp("root")
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("file", "class"), *labels.items()])
    (root / "table").write_bytes(text.getvalue().encode())
    for name in labels:
        (root / name).write_bytes(b"any")
    folder = labelled_files(root, root / "table", None)
    names = [folder.classes[label] for label in folder.labels]
    assert dict(zip((f.name for f in folder.files), names, strict=True)) == labels
    assert list(folder.classes) == sorted(set(labels.values()))


TABLE = b'file,class\na,x\n"b",y\nc/d,"x, y"\n'


def table_or_refused(root, data):
    """Return file and class of each line, None where the table is refused."""
    (root / "table").write_bytes(data)
    with suppress(DataError):
        folder = labelled_files(root, root / "table", None)
        return [folder.classes[label] for label in folder.labels]
    return None


@pytest.fixture
def root(tmp_path):
    (tmp_path / "c").mkdir()
    for name in ("a", "b", "c/d"):
        (tmp_path / name).write_bytes(b"any")
    return tmp_path


def test_a_table_cut_at_any_byte_is_refused_or_shorter(root):
    for length in range(len(TABLE) + 1):
        classes = table_or_refused(root, TABLE[:length]) or []
        assert len(classes) <= TABLE[:length].count(b"\n")


@examples("a table of labels")
@given(bits=st.lists(st.integers(0, 8 * len(TABLE) - 1), max_size=4), noise=st.binary(max_size=60))
def test_a_damaged_table_is_refused_or_read(root, bits, noise):
    data = bytearray(TABLE)
    for bit in bits:
        data[bit >> 3] ^= 1 << (bit & 7)
    for content in (bytes(data), noise, TABLE + noise):
        classes = table_or_refused(root, content) or []
        assert all(0 < len(name) <= 64 and name.isprintable() for name in classes)
