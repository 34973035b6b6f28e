"""Weight files that are damaged, forged or another network's."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.engine.weight_file import read_weights, write_weights
from neurospike_cli.errors import DataError

SHAPES = {"hidden.0.weight": (4, 3), "output.weight": (3, 2)}


def weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {name: rng.standard_normal(shape).astype("f4") for name, shape in SHAPES.items()}


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def archive(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members:
            file.writestr(name, content)
    return path


def test_round_trip_and_equal_bytes(tmp_path: Path) -> None:
    write_weights(tmp_path / "a", weights())
    write_weights(tmp_path / "b", weights())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    for name, array in read_weights(tmp_path / "a", SHAPES).items():
        np.testing.assert_array_equal(array, weights()[name])


def test_every_truncation_and_every_flipped_bit_of_the_data_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    write_weights(path, weights())
    whole = path.read_bytes()
    for size in range(0, len(whole) - 1, 37):
        path.write_bytes(whole[:size])
        with pytest.raises(DataError):
            read_weights(path, SHAPES)
    begin = whole.index(weights()["output.weight"].tobytes())
    for bit in range(8 * 24):
        damaged = bytearray(whole)
        damaged[begin + bit // 8] ^= 1 << bit % 8
        path.write_bytes(bytes(damaged))
        with pytest.raises(DataError, match="CRC"):
            read_weights(path, SHAPES)


def test_any_flipped_bit_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    write_weights(path, weights())
    whole = path.read_bytes()
    refused = 0
    for bit in range(0, 8 * len(whole), 5):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(bytes(damaged))
        try:
            read = read_weights(path, SHAPES)
        except DataError:
            refused += 1
            continue
        for name, array in weights().items():  # a time stamp, say, or a comment
            np.testing.assert_array_equal(read[name], array)
    assert refused > 0


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"output.weight": np.zeros((2, 3))}, r"output.weight: expected \(3, 2\), got \(2, 3\)"),
        ({"extra": np.zeros(1)}, "extra: expected nothing"),
        ({"output.weight": np.full((3, 2), np.nan)}, "finite"),
        ({"output.weight": np.zeros((3, 2), dtype=np.int64)}, "floating-point"),
        ({"output.weight": np.zeros((3, 2), dtype=[("a", "f4")])}, "floating-point"),
    ],
)
def test_other_arrays_are_named(tmp_path: Path, change: dict, text: str) -> None:
    write_weights(tmp_path / "w", weights() | change)
    with pytest.raises(DataError, match=text):
        read_weights(tmp_path / "w", SHAPES)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_forged_files_allocate_nothing(tmp_path: Path) -> None:
    good = [(f"{name}.npy", npy(array)) for name, array in weights().items()]
    huge = npy(np.zeros((3, 2), "f4")).replace(b"(3, 2)", b"(3, 9)")
    pickled = io.BytesIO()
    np.save(pickled, np.array([{}], dtype=object), allow_pickle=True)
    cases = {
        "twice": [*good, good[0]],
        "declared larger": [good[0], ("output.weight.npy", huge)],
        "object": [good[0], ("output.weight.npy", pickled.getvalue())],
        "no array": [good[0], ("output.weight.npy", b"hello")],
        "missing": good[:1],
    }
    for name, members in cases.items():
        path = archive(tmp_path / name, members)
        with pytest.raises(DataError):
            read_weights(path, SHAPES)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such weight file"):
        read_weights(tmp_path / "none.npz", SHAPES)
