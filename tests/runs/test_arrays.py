"""Array files of a run: any bit may be wrong, and no pickle is ever spoken of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.errors import RunError
from neurospike_cli.runs.arrays import read_arrays


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_every_flipped_bit_is_harmless_or_said(save: object, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save(path, a=np.arange(50.0), b=np.array([1, 2]))  # type: ignore[operator]
    whole = path.read_bytes()
    refused = 0
    for byte in range(len(whole)):
        for bit in (0, 3, 7):
            damaged = bytearray(whole)
            damaged[byte] ^= 1 << bit
            path.write_bytes(damaged)
            try:
                read_arrays(path, "array file")
            except RunError:
                refused += 1
    assert refused > len(whole)


def test_text_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_text("x")
    with pytest.raises(RunError, match="damaged array file: File is not a zip file"):
        read_arrays(path, "array file")
