"""Ways to damage a file so that much of its structure stays."""

from __future__ import annotations

import numpy as np

#: Numbers that lengths, counts and offsets are set to.
EXTREMES = (0, 1, 2, 127, 255, 2**15, 2**16 - 1, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, -1)
#: What numbers and separators of a text are changed to.
WORDS = (
    b"nan", b"-inf", b"1e400", b"9" * 30, b"-1", b"0x10", b"1_0", b"\0", b"\n", b"\r", b",", b";",
    b'"', b"\xff\xfe", b"\xef\xbb\xbf", b"#", b" " * 5000, b"9" * 5000,
)  # fmt: skip
#: Part of the places that are near the beginning, where headers are.
_NEAR, _HEADER = 0.4, 96


def damaged(data: bytes, other: bytes, rng: np.random.Generator) -> bytes:
    """Return `data` with one to five things done to it.

    Args:
        data: a file.
        other: another, of which a part can be put in.
        rng: draws what is done, and where.
    """
    changed = bytearray(data)
    for _ in range(rng.integers(1, 6)):
        WAYS[rng.choice(len(WAYS), p=SHARES)](changed, other, rng)
    return bytes(changed)


def flip_bit(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Change one bit."""
    if data:
        data[_place(data, rng) % len(data)] ^= 1 << int(rng.integers(8))


def set_byte(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Change one byte to any."""
    if data:
        data[_place(data, rng) % len(data)] = int(rng.integers(256))


def set_number(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Set 1, 2, 4 or 8 bytes to a number at an end of its range."""
    at, size = _place(data, rng), 2 ** int(rng.integers(4))
    number = EXTREMES[rng.integers(len(EXTREMES))] % 256**size
    data[at : at + size] = number.to_bytes(size, ("little", "big")[rng.integers(2)])


def put_word(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Put a word in."""
    at = _place(data, rng)
    data[at:at] = WORDS[rng.integers(len(WORDS))]


def put_noise(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Put random bytes in."""
    at = _place(data, rng)
    data[at:at] = rng.bytes(int(rng.integers(1, 17)))


def cut_end(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Take everything away from a place on."""
    del data[_place(data, rng) :]


def take_slice(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Take some bytes out."""
    at = _place(data, rng)
    del data[at : at + _length(data, rng)]


def double_slice(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Put some bytes in again after themselves."""
    at = _place(data, rng)
    end = at + _length(data, rng)
    data[end:end] = data[at:end]


def move_slice(data: bytearray, _: bytes, rng: np.random.Generator) -> None:
    """Take some bytes out and put them in elsewhere."""
    at = _place(data, rng)
    end = at + _length(data, rng)
    moved = bytes(data[at:end])
    del data[at:end]
    to = _place(data, rng)
    data[to:to] = moved


def splice(data: bytearray, other: bytes, rng: np.random.Generator) -> None:
    """Go on with another file from a place on."""
    data[_place(data, rng) :] = other[_place(other, rng) :]


WAYS = (
    flip_bit, set_byte, set_number, put_word, put_noise, cut_end, take_slice, double_slice,
    move_slice, splice,
)  # fmt: skip
SHARES = (0.2, 0.1, 0.2, 0.1, 0.05, 0.05, 0.1, 0.1, 0.05, 0.05)


def _place(data: bytes | bytearray, rng: np.random.Generator) -> int:
    end = _HEADER if rng.random() < _NEAR else len(data)
    return int(rng.integers(min(end, len(data)) + 1))


def _length(data: bytes | bytearray, rng: np.random.Generator) -> int:
    """Return how long a slice is: mostly short, sometimes a good part of the file."""
    return int(min(len(data), 2 ** (rng.random() * np.log2(len(data) + 2))))
