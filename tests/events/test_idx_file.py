"""The IDX reader: every byte where the format has it, and every damage named with its place."""

from __future__ import annotations

import gzip
import os
import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from neurospike_cli.errors import DataError
from neurospike_cli.events.idx_file import MAX_ELEMENTS, read_idx
from tests.events.made_images import idx

ARRAYS = arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, max_side=6))
SMALL = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a-idx3-ubyte"


@settings(deadline=None)
@given(ARRAYS, st.booleans())
def test_an_array_comes_back(tmp_path_factory, array, packed):
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if packed else "a")
    path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    read = read_idx(path, array.ndim)
    np.testing.assert_array_equal(read, array)
    assert not read.flags.writeable


def test_a_known_file():
    # The header of MNIST's training images, as published: magic 2051, 60000, 28, 28.
    header = idx(np.zeros((1, 28, 28)))[:16]
    assert header[:4] == struct.pack(">i", 2051)
    assert struct.unpack(">4i", header) == (2051, 1, 28, 28)


@settings(deadline=None)
@given(ARRAYS, st.data())
def test_a_file_that_ends_early_is_refused_wherever_it_ends(tmp_path_factory, array, data):
    whole = idx(array)
    end = data.draw(st.integers(0, len(whole) - 1))
    path = tmp_path_factory.mktemp("idx") / "a"
    path.write_bytes(whole[:end])
    with pytest.raises(DataError, match=f"truncated at byte {end}" if end >= 4 else "byte 0"):
        read_idx(path, array.ndim)


@settings(deadline=None)
@given(st.binary(max_size=40), st.booleans())
def test_any_bytes_are_an_array_or_a_data_error(tmp_path_factory, content, packed):
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if packed else "a")
    path.write_bytes(content)
    # What is read is what was written; all else is the one error.
    with suppress(DataError):
        assert idx(read_idx(path, 1)) == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "byte 0: .* begins with 00 00 08 03; got nothing"),
        (b"\x00\x00\x0d\x03" + bytes(12), "begins with 00 00 08 03; got 00 00 0d 03"),
        (b"\x00\x00\x08\x01" + bytes(12), "in 3 dimensions"),
        (b"\x00\x00\x08\x03" + bytes(9), "truncated at byte 13, within its header"),
        (idx(np.zeros((0, 2, 2))), "byte 4: declares 0 × 2 × 2 elements"),
        (b"\x00\x00\x08\x03" + b"\xff" * 12, f"1 to {MAX_ELEMENTS} are allowed"),
        (idx(SMALL)[:-5], "truncated at byte 23: .* 3 × 2 × 2 = 12 elements after byte 16, and 7"),
        (idx(SMALL) + b"x", "goes on after byte 28"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_damage_is_named_with_its_place(tmp_path, content, message, packed):
    path = tmp_path / ("a.gz" if packed else "a")
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(DataError, match=message) as caught:
        read_idx(path, 3)
    assert caught.value.where == str(path)


def test_a_gzip_file_that_is_damaged_or_none(tmp_path):
    path = tmp_path / "a.gz"
    whole = gzip.compress(idx(SMALL))
    broken = bytearray(whole)
    broken[-6] ^= 1  # a bit of the checksum
    for content in (whole[:-9], bytes(broken), idx(SMALL), b"\x1f\x8b" + b"\x00" * 30):
        path.write_bytes(content)
        with pytest.raises(DataError, match="is not a whole gzip file"):
            read_idx(path, 3)


def test_a_bomb_is_left_where_the_header_ends_it(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(idx(SMALL) + bytes(50_000_000)))
    with pytest.raises(DataError, match="goes on after byte 28"):
        read_idx(path, 3)


def test_a_large_declaration_takes_no_memory_that_is_not_there(tmp_path):
    # A gigabyte is declared; a read of that size at once would take it.
    path = tmp_path / "a"
    path.write_bytes(b"\x00\x00\x08\x01" + struct.pack(">I", MAX_ELEMENTS) + b"abc")
    with pytest.raises(DataError, match="truncated at byte 11"):
        read_idx(path, 1)


def test_what_is_no_file(path):
    with pytest.raises(DataError, match="is missing or not a file"):
        read_idx(path, 3)
    os.mkfifo(path)
    with pytest.raises(DataError, match="is missing or not a file"):
        read_idx(path, 3)
