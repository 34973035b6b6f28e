"""EVT2, EVT3 and DAT against plain decoders that go word by word."""

from __future__ import annotations

import struct
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats import _evt3_state, evt2, evt3
from neurospike_cli.events.formats.dat import DAT
from neurospike_cli.events.formats.evt2 import EVT2
from neurospike_cli.events.formats.evt3 import EVT3
from tests.events import made_recordings

HEADER = b"% evt 3.0\n% geometry 4096x2048\n% end\n"
WORDS = st.lists(
    st.tuples(st.sampled_from([0, 2, 3, 4, 5, 6, 8, 8, 10, 14]), st.integers(0, 0xFFF)).map(
        lambda pair: pair[0] << 12 | pair[1]
    ),
    max_size=60,
)


def plain_evt3(words):
    """Decode one word after the other; return the rows, and how many had no time or place."""
    high = row = base = None
    low, turns, polarity, rows, incomplete = 0, 0, 0, [], 0
    for word in words:
        kind, rest = word >> 12, word & 0xFFF
        if kind == 0x0:
            row = rest & 0x7FF
        elif kind == 0x3:
            base, polarity = rest & 0x7FF, rest >> 11
        elif kind == 0x6:
            low = rest
        elif kind == 0x8:
            if high is not None and rest - high < -2048:
                turns += 1
            if high is not None and rest - high > 2048:
                turns = max(0, turns - 1)
            low = low if rest == high else 0
            high = rest
        for x, p in pixels(kind, rest, base, polarity):
            if high is None or row is None or x is None:
                incomplete += 1
            else:
                rows.append((turns << 24 | high << 12 | low, x, row, p))
        if kind in (0x4, 0x5) and base is not None:
            base += {0x4: 12, 0x5: 8}[kind]
    return rows, incomplete


def pixels(kind, rest, base, polarity):
    """Return x and polarity of the events in a word; x is None without a base."""
    if kind == 0x2:
        return [(rest & 0x7FF, rest >> 11)]
    width = {0x4: 12, 0x5: 8}.get(kind, 0)
    bits = [bit for bit in range(width) if rest >> bit & 1]
    return [(None if base is None else base + bit, polarity) for bit in bits]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, block=st.sampled_from([1, 2, 7, 100]))
def test_evt3_is_as_if_decoded_word_by_word(tmp_path, words, block):
    expected, incomplete = plain_evt3(words)
    path = tmp_path / "a"
    path.write_bytes(HEADER + struct.pack(f"<{len(words)}H", *words))
    if not expected:
        with pytest.raises(DataError, match="has no events"):
            EVT3().read(path)
        return
    with patch.object(evt3, "_WORDS", block):
        stream = EVT3(unordered="sort").read(path)
    assert stream.events.tolist() == sorted(expected, key=lambda row: row[0])
    assert stream.dropped.get("incomplete", 0) == incomplete
    assert stream.dropped.get("triggers", 0) == sum(word >> 12 == 10 for word in words)


@pytest.mark.parametrize("block", [1, 3, 1000])
@pytest.mark.parametrize(
    ("name", "module", "format_", "full"),
    [("evt3", evt3, EVT3, 2**24), ("evt2", evt2, EVT2, 2**34), ("dat", None, DAT, 2**32)],
)
def test_a_counter_that_is_full_goes_on(tmp_path, block, name, module, format_, full):
    times = [full - 5000, full - 1, full, full + 4096, 2 * full - 1, 2 * full + 7]
    # No gap of more than half of the range: a wrap could not be told from it.
    steps = [full + full // 3, full + 2 * full // 3]
    times = sorted(times + steps)
    rows = [(t, i, 2, i % 2) for i, t in enumerate(times)]
    path = made_recordings.made(name, rows, tmp_path)
    if module is None:
        assert format_().read(path).events.tolist() == rows
        return
    with patch.object(module, {"evt3": "_WORDS", "evt2": "BLOCK"}[name], block):
        assert format_().read(path).events.tolist() == rows


def test_a_base_that_moves_for_ever_stays_outside(tmp_path, monkeypatch):
    # Four steps of 2^30 px, for 358 million of 12: as 32 bits the base would be back at 0.
    monkeypatch.setattr(_evt3_state, "_WIDTHS", _evt3_state._WIDTHS // 12 << 30)
    path = tmp_path / "a"
    words = [0x8000, 0x0000, 0x2005, 0x3000, *[0x4000] * 4, 0x4001]
    path.write_bytes(HEADER + struct.pack(f"<{len(words)}H", *words))
    with patch.object(evt3, "_WORDS", 1):
        stream = EVT3(outside="drop").read(path)
    assert stream.events.tolist() == [(0, 5, 0, 0)]
    assert stream.dropped == {"outside_of_sensor": 1}


def test_events_before_the_first_time_of_evt2_are_counted(tmp_path):
    path = tmp_path / "a"
    words = [1 << 28 | 3, 0x8 << 28 | 10, 1 << 28 | 5 << 22 | 4 << 11 | 3]
    path.write_bytes(b"% evt 2.0\n" + struct.pack("<3I", *words))
    stream = EVT2().read(path)
    assert stream.events.tolist() == [(645, 4, 3, 1)]
    assert stream.dropped == {"before_time": 1}


def test_words_of_no_type_are_counted_up_to_a_limit(tmp_path):
    path = tmp_path / "a"
    good = made_recordings.evt3([(1, 2, 3, 1)])
    path.write_bytes(good + struct.pack("<H", 0x9000) * 100)
    assert EVT3().read(path).dropped == {"unknown_words": 100}
    path.write_bytes(good + struct.pack("<H", 0x9000) * 101)
    with pytest.raises(DataError, match="101 of the first 105 words are of no known type"):
        EVT3().read(path)


@pytest.mark.parametrize(
    ("line", "size"),
    [
        (b"% geometry 640x480", (640, 480)),
        (b"% format EVT3;height=720;width=1280", (1280, 720)),
        (b"% plugin_name hal_plugin_gen41_evk3", (1280, 720)),
        (b"% plugin_name hal_plugin_gen3_fx3", (640, 480)),
        (b"% plugin_name hal_plugin_new", None),
    ],
)
def test_the_header_tells_the_sensor(tmp_path, line, size):
    path = tmp_path / "a"
    path.write_bytes(made_recordings.evt3([(1, 2, 3, 1)], b"% evt 3.0\n" + line + b"\n% end\n"))
    assert EVT3().told_size(path) == size


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"% evt 3.0\n% geo", "truncated at byte 10, within its header"),
        (b"% evt 3.0\n" + b"% more\n" * 200_000, "its header goes on after 1048576 bytes"),
        (b"% evt 3.0\n% end\n", "has no events: it is 16 bytes long, all of them header"),
        (b"% evt 3.0\n% end\n\x00", "truncated at byte 16, after 0 words: 1 of its 17 bytes"),
    ],
)
def test_headers_without_an_end_or_data(tmp_path, header, message):
    path = tmp_path / "a"
    path.write_bytes(header)
    with pytest.raises(DataError, match=message):
        EVT3().read(path)


def test_what_is_cut_off_is_left_out_on_request(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(made_recordings.dat([(1, 2, 3, 1), (9, 4, 5, 0)])[:-3])
    stream = DAT(recover=True).read(path)
    assert stream.events.tolist() == [(1, 2, 3, 1)]
    assert stream.dropped == {"bytes_cut_off": 5}


def test_another_type_of_dat_is_named(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"% Data file containing frames\n" + bytes([3, 4]) + bytes(8))
    with pytest.raises(DataError, match="byte 30: holds events of type 3, 4 bytes each"):
        DAT().read(path)
