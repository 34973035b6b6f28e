"""Arrays made piece by piece: the same in memory and on disk, and not in memory when on disk."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.growing_array import FileArray, MemoryArray
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.sources.synthetic import Synthetic

every_kind = pytest.mark.parametrize("kind", [MemoryArray, FileArray])
PIECES = st.lists(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=5), max_size=5)


@every_kind
@given(pieces=PIECES)
def test_pieces_become_one_array(kind, pieces):
    growing = kind()
    for piece in pieces:
        growing.append(np.array(piece, dtype=np.int32))
    assert growing.array(np.int32).tolist() == [value for piece in pieces for value in piece]


def anonymous_bytes() -> int:
    """Return what the process holds that no file could give back."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status)[1]) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_file_takes_no_memory():
    before, growing, megabyte = anonymous_bytes(), FileArray(), np.ones(2**20, np.uint8)
    for _ in range(256):
        growing.append(megabyte)
    array = growing.array(np.uint8)
    assert int(array.sum()) == 256 * 2**20  # every page has been read
    # Buffers and what the allocator keeps: some megabytes, not 256.
    assert anonymous_bytes() - before < 32 * 2**20


def test_a_temporary_file_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    growing = FileArray()
    growing.append(np.arange(9))
    array = growing.array(np.int64)
    assert list(tmp_path.iterdir()) == []
    assert array.tolist() == list(range(9))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_said(monkeypatch):
    full = Path("/dev/full").open("r+b", 0)  # noqa: SIM115  # closed where writing fails
    monkeypatch.setattr("tempfile.TemporaryFile", lambda: full)
    with pytest.raises(DataError, match="cannot be written: No space left") as caught:
        FileArray().append(np.arange(3))
    assert "TMPDIR" in caught.value.hint
    assert full.closed


@pytest.mark.parametrize("encoder", ["binary", "count"])
def test_samples_on_disk_are_those_in_memory(encoder):
    def loaded(hold):
        source = Synthetic.model_validate(
            {
                "source": "synthetic",
                "duration": 40.0,
                "classes": {"right": {"pattern": "moving_bar"}, "dot": {"pattern": "orbiting_dot"}},
                "samples_per_class": 10,
                "augmentations": [{"type": "shift", "pixels": 2}],
                "encoder": {"type": encoder},
                "hold": hold,
            }
        )
        return load_split(source, "train", 3)

    here, there, some = loaded("memory"), loaded("disk"), np.array([7, 0, 3])
    assert (here.sha256, here.dropped) == (there.sha256, there.dropped)
    for name in ("select", "drawn"):
        asked = (some,) if name == "select" else (some, 2)
        a, b = (getattr(data, name)(*asked) for data in (here, there))
        assert np.array_equal(a.offsets, b.offsets)
        assert np.array_equal(a.channels, b.channels)
        assert a.counts is b.counts is None or np.array_equal(a.counts, b.counts)
    assert (there.sample_bytes, there.drawing_bytes) == (0.0, 1000.0)
