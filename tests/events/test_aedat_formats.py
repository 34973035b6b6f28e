"""AEDAT 2.0, 3.1 and 4 on made files: what is stepped over, and headers that mislead."""

from __future__ import annotations

import struct
from importlib import util

import pytest

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.formats.aedat2 import AEDAT2
from neurospike_cli.events.formats.aedat4 import AEDAT4
from neurospike_cli.events.formats.aedat31 import AEDAT31
from neurospike_cli.events.recognition import recognise
from tests.events import made_recordings

DVS128 = b"#!AER-DAT2.0\r\n# AEChip: ch.unizh.ini.jaer.chip.retina.DVS128\r\n"
SOME = [(5, 1, 2, 1), (6, 3, 4, 0), (9, 5, 6, 1)]


def words(*pairs):
    return b"".join(struct.pack(">II", address, t) for address, t in pairs)


def test_dvs128_counts_x_from_the_right_and_y_from_below(tmp_path):
    path = tmp_path / "a"
    # x 3 from the right, y 10 from below, bit 0 clear: ON; then the special bit 15.
    path.write_bytes(DVS128 + words((10 << 8 | 3 << 1, 7), (1 << 15, 8), (1, 9)))
    stream = AEDAT2().read(path)
    assert stream.events.tolist() == [(7, 124, 117, 1), (9, 127, 127, 0)]
    assert (stream.width, stream.height) == (128, 128)
    assert stream.dropped == {"special_words": 1}


def test_davis_words_that_are_no_events_are_counted(tmp_path):
    path = tmp_path / "a"
    frame, imu, external = 1 << 31, 1 << 31 | 3 << 10, 1 << 10
    path.write_bytes(
        b"#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C\r\n"
        + words((frame, 1), (imu, 2), (imu, 2), (external, 3), (2 << 22 | 5 << 12 | 1 << 11, 4))
    )
    stream = AEDAT2().read(path)
    assert stream.events.tolist() == [(4, 234, 177, 1)]
    assert stream.dropped == {"frame_words": 1, "imu_words": 2, "special_words": 1}


def test_a_chip_that_is_not_named_is_known_by_its_addresses(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"#!AER-DAT2.0\r\n" + words((127 << 8, 0)))
    assert AEDAT2().told_size(path) == (128, 128)
    path.write_bytes(b"#!AER-DAT2.0\r\n" + words((3 << 22, 0)))
    assert AEDAT2().told_size(path) == (240, 180)


def test_a_chip_that_is_not_known_is_named(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"#!AER-DAT2.0\r\n# AEChip: chip.Cochlea\r\n" + words((1, 0)))
    with pytest.raises(DataError, match=r"recorded with chip\.Cochlea; known chips: DVS128, DAVIS"):
        AEDAT2().read(path)


def test_a_32_bit_time_goes_on(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(DVS128 + words((0, 2**31 - 1), (0, 2**31), (0, 2**32 - 1), (0, 3)))
    times = [2**31 - 1, 2**31, 2**32 - 1, 2**32 + 3]
    assert AEDAT2().read(path).events["t"].tolist() == times


def test_a_pixel_outside_of_the_chip(tmp_path):
    path = tmp_path / "a"
    header = b"#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C\r\n"
    path.write_bytes(header + words((1 << 12, 0), (240 << 12, 1)))
    with pytest.raises(DataError, match="event 1: x = -1 is outside of the sensor"):
        AEDAT2().read(path)
    assert AEDAT2(outside="drop").read(path).dropped == {"outside_of_sensor": 1}


def test_aedat31_counts_what_is_no_polarity_event_or_not_valid(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(made_recordings.aedat31(SOME, frame=True))
    assert AEDAT31().read(path).dropped == {"other_events": 1}
    # A packet that says that all are valid is believed; one that says less has its bits read.
    path.write_bytes(made_recordings.aedat31(SOME, valid=0))
    assert len(AEDAT31().read(path)) == 3
    data = bytearray(made_recordings.aedat31(SOME[:2], frame=True))
    at = data.index(b"#!END-HEADER\r\n") + 14
    data[at + 24] = 1  # valid events of the first packet
    data[at + 28] &= 0xFE  # the bit of its first event
    path.write_bytes(data)
    stream = AEDAT31().read(path)
    assert stream.events.tolist() == SOME[1:2]
    assert stream.dropped == {"other_events": 1, "invalid_events": 1}


def test_aedat31_that_is_cut_off(tmp_path):
    path = tmp_path / "a"
    whole = made_recordings.aedat31(SOME)
    path.write_bytes(whole[:-3])
    with pytest.raises(DataError, match=r"truncated at byte \d+, in a packet of 8 bytes: 5 of"):
        AEDAT31().read(path)
    assert AEDAT31(recover=True).read(path).events.tolist() == SOME[:2]


@pytest.mark.parametrize("place", [4, 12, 20])
def test_a_packet_that_cannot_be(tmp_path, place):
    path = tmp_path / "a"
    data = bytearray(made_recordings.aedat31(SOME))
    at = data.index(b"#!END-HEADER\r\n") + 14
    data[at + place : at + place + 4] = struct.pack("<i", -1)
    path.write_bytes(data)
    with pytest.raises(DataError, match=f"byte {at}: the header of a packet cannot be"):
        AEDAT31().read(path)


def test_a_name_that_misleads_does_not(tmp_path):
    path = tmp_path / "a.aedat4"
    path.write_bytes(made_recordings.aedat31(SOME))
    assert recognise(path).name == "aedat31"


def test_a_library_that_is_missing_is_named_with_its_extra(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(b"#!AER-DAT4.0\r\n" + bytes(100))
    monkeypatch.setattr("neurospike_cli.events.formats._child_decoder.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="aedat4 needs faery, which is not installed") as caught:
        AEDAT4().read(path)
    assert caught.value.hint == "pip install 'neurospike-cli[formats]'"
    monkeypatch.undo()
    if util.find_spec("faery"):
        with pytest.raises(DataError):
            AEDAT4().read(path)
