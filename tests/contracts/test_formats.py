"""What holds for every format of event files, found by looking for them."""

from __future__ import annotations

from contextlib import suppress
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Admission
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.recognition import open_recording, recognise
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.registry import discover
from tests.events.made_recordings import ASCENDING, HEIGHT, MADE, SLOW, WIDTH, made

FORMATS = discover(Format)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 2**22), st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1),
        st.integers(0, 1),
    ),
    min_size=1, max_size=30,
).map(lambda rows: sorted(rows, key=lambda row: row[0]))  # fmt: skip
SOME = [(0, 1, 2, 1), (7, 33, 0, 0), (7, 3, 33, 1), (5000, 3, 4, 0), (1_234_567, 0, 0, 1)]
QUICK = [name for name in FORMATS if name not in SLOW]
every_quick_format = pytest.mark.parametrize("name", QUICK)
every_format = pytest.mark.parametrize("name", FORMATS)
in_one_folder = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read_or_refused(format_, path):
    """Return the events, none where the file is refused; any other exception passes."""
    with suppress(DataError):
        return format_.read(path).events.tolist()
    return []


@every_quick_format
@in_one_folder
@given(rows=ROWS)
def test_what_was_written_is_read(tmp_path, name, rows):
    path = made(name, rows, tmp_path)
    assert recognise(path).name == name
    size = FORMATS[name]().told_size(path) or (WIDTH, HEIGHT)
    stream = open_recording(path, sensor=Sensor(width=size[0], height=size[1]))
    assert stream.events.tolist() == rows
    assert (stream.width, stream.height) == size


@pytest.mark.parametrize("name", SLOW)
def test_what_a_library_wrote_is_read(tmp_path, name):
    path = made(name, SOME, tmp_path)
    assert recognise(path).name == name
    assert open_recording(path).events.tolist() == SOME


@pytest.mark.parametrize("name", SLOW)
def test_damage_that_a_library_breaks_down_on_is_a_data_error(tmp_path, name):
    path = made(name, SOME, tmp_path)
    whole, rng = path.read_bytes(), np.random.default_rng(3)
    for _ in range(8):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(damaged), 5):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        # A panic of the library would pass as another exception, or end the tests.
        assert len(read_or_refused(FORMATS[name](), path)) <= len(SOME)


@every_format
def test_chunks_are_the_recording_in_parts(tmp_path, name):
    rows = [(i, i % WIDTH, i * 7 % HEIGHT, i % 2) for i in range(1000)]
    path = made(name, rows, tmp_path)
    chunks = list(recognise(path).chunks(path, 300))
    assert [len(chunk) for chunk in chunks] == [300, 300, 300, 100]
    assert np.concatenate(chunks).tolist() == rows


@every_format
def test_a_file_cut_at_any_byte_is_refused_or_a_beginning(tmp_path, name):
    path = made(name, SOME, tmp_path)
    whole = path.read_bytes()
    cuts = 300 if name in QUICK else 5
    for length in range(0, len(whole), max(1, len(whole) // cuts)):
        path.write_bytes(whole[:length])
        for format_ in (FORMATS[name](), FORMATS[name](recover=True)):
            events = read_or_refused(format_, path)
            # The last number of a text can lose digits unseen.
            assert events[:-1] == SOME[: max(0, len(events) - 1)]


@every_quick_format
@in_one_folder
@given(data=st.binary(min_size=1, max_size=400), keeps=st.integers(0, 200))
def test_noise_is_refused_or_read_but_nothing_else(tmp_path, name, data, keeps):
    path = made(name, SOME, tmp_path)
    path.write_bytes(path.read_bytes()[:keeps] + data)
    for policy in ("error", "drop"):
        events = read_or_refused(FORMATS[name](outside=policy, unordered=policy), path)
        assert events == sorted(events, key=lambda event: event[0])


@every_format
def test_a_recording_without_events_is_refused_in_chunks_too(tmp_path, name):
    path = made(name, SOME, tmp_path)
    format_ = FORMATS[name](sensor=None, outside="drop")
    with patch.object(Admission, "_inside", lambda _, block: block[:0]):
        for use in (format_.read, lambda path: list(format_.chunks(path, 3))):
            with pytest.raises(DataError, match="has no events"):
                use(path)


@every_format
def test_what_is_no_recording_is_named(tmp_path, name):
    path = tmp_path / "a"
    with pytest.raises(DataError, match="missing"):
        FORMATS[name]().read(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="is empty"):
        FORMATS[name]().read(path)
    with pytest.raises(DataError, match="is a folder"):
        FORMATS[name]().read(tmp_path)


@every_format
def test_events_outside_of_a_given_sensor(tmp_path, name):
    path = made(name, SOME, tmp_path)
    told = FORMATS[name]().told_size(path)
    small = Sensor(width=10, height=40)
    if told is not None and name != "nmnist":
        with pytest.raises(DataError, match="px; the sensor is given as 10×40 px"):
            FORMATS[name](sensor=small).read(path)
        return
    with pytest.raises(DataError, match="event 1: x = 33 is outside of the sensor"):
        FORMATS[name](sensor=small).read(path)
    stream = FORMATS[name](sensor=small, outside="drop").read(path)
    assert stream.events.tolist() == [SOME[0], *SOME[2:]]
    assert stream.dropped == {"outside_of_sensor": 1}


@every_format
def test_events_that_go_back_in_time(tmp_path, name):
    rows = [(500, 1, 1, 1), (490, 2, 2, 0), (495, 3, 3, 1), (500, 4, 4, 0)]
    if name not in MADE or name in ASCENDING:
        pytest.skip("its writer gets ordered recordings only")
    path = made(name, rows, tmp_path)
    with pytest.raises(DataError, match="event 1: t = 490 is earlier than an event before it"):
        open_recording(path)
    dropped = open_recording(path, unordered="drop")
    assert dropped.events.tolist() == [rows[0], rows[3]]
    assert dropped.dropped == {"out_of_order": 2}
    by_time = [rows[1], rows[2], rows[0], rows[3]]
    assert open_recording(path, unordered="sort").events.tolist() == by_time
    assert (
        np.concatenate(list(recognise(path, unordered="sort").chunks(path, 3))).tolist() == by_time
    )


def test_what_no_format_knows_is_told_with_those_that_are(tmp_path):
    path = tmp_path / "a.aedat4"
    path.write_bytes(b"\x7fELF" + b"\xff" * 100)
    with pytest.raises(DataError, match="of no event format that is known") as caught:
        recognise(path)
    assert caught.value.hint == f"known formats: {', '.join(FORMATS)}"
