"""What is fuzzed: every parser with how a whole file of it is made and what holds of any other.

Formats of events are found by looking for them; a parser of something else is a line of `OTHERS`.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import util
from pathlib import Path

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.idx_file import declared_shape, idx_shape, read_idx
from neurospike_cli.events.layouts.gesture_folder import gesture_folder
from neurospike_cli.events.layouts.recording_folder import labelled_files
from neurospike_cli.events.recognition import recognise
from neurospike_cli.events.signal_files import open_signals
from neurospike_cli.events.signals.signal_format import SignalReading
from neurospike_cli.events.surveys.recording_facts import recording_facts
from neurospike_cli.events.surveys.recording_survey import survey
from neurospike_cli.events.surveys.signal_survey import survey_signals
from neurospike_cli.registry import discover
from tests.events.made_images import idx
from tests.events.made_recordings import HEIGHT, SLOW, WIDTH, made

FORMATS = discover(Format)
LIBRARIES = {"aedat4": "faery", "hdf5": "h5py"}
POLICIES = ({}, {"recover": True}, {"outside": "drop", "unordered": "drop"}, {"unordered": "sort"})
#: Part of the time that a parser in a process of its own is given, where others have 1.
CHILD_SHARE = 8.0


@dataclass(frozen=True)
class Target:
    """A parser.

    Attributes:
        make: writes a whole file below a folder, drawn by a generator, and returns its bytes.
        check: reads a file; returns for whole and damaged ones what the parser promises, raises
            `DataError` where it refuses, and anything else where it does not keep the promise.
        share: of the time, relative to others.
    """

    make: Callable[[np.random.Generator, Path], bytes]
    check: Callable[[Path, np.random.Generator], None]
    share: float = 1.0


def targets() -> Mapping[str, Target]:
    """Return all targets that can be run here, by name."""
    found = {name: _format_target(name) for name in FORMATS if _is_there(name)}
    return found | OTHERS


def _is_there(name: str) -> bool:
    return name not in LIBRARIES or util.find_spec(LIBRARIES[name]) is not None


def _format_target(name: str) -> Target:
    share = CHILD_SHARE if name in SLOW else 1.0
    return Target(partial(_made_recording, name), partial(_check_recording, name), share)


def _made_recording(name: str, rng: np.random.Generator, folder: Path) -> bytes:
    times = np.cumsum(rng.integers(0, 5000, rng.integers(1, 60))).tolist()
    pixels = rng.integers([WIDTH, HEIGHT, 2], size=(len(times), 3)).tolist()
    rows = [(t, *pixel) for t, pixel in zip(times, pixels, strict=True)]
    return made(name, rows, folder).read_bytes()


def _check_recording(name: str, path: Path, rng: np.random.Generator) -> None:
    """Read it in one way of several, and look at what it is taken for."""
    policies = POLICIES[rng.integers(len(POLICIES))]
    with suppress(DataError):
        recognise(path)
    if rng.random() < 0.3:
        with suppress(DataError):
            recording_facts(survey(path))
    format_ = FORMATS[name](**policies)
    if rng.random() < 0.5:
        _check_order(np.concatenate(list(format_.chunks(path, int(rng.integers(1, 50))))))
        return
    stream = format_.read(path)
    _check_order(stream.events)
    assert 1 <= stream.width <= 65536
    assert 1 <= stream.height <= 65536
    assert stream.events["x"].max() < stream.width
    assert stream.events["y"].max() < stream.height


def _check_order(events: np.ndarray) -> None:
    assert (np.diff(events["t"]) >= 0).all()
    assert events["t"][0] >= 0
    assert events["p"].max() <= 1


def _made_idx(rng: np.random.Generator, _: Path) -> bytes:
    data = idx(rng.integers(0, 256, rng.integers(1, 6, 3), dtype=np.uint8))
    return gzip.compress(data) if rng.random() < 0.3 else data


def _check_idx(path: Path, rng: np.random.Generator) -> None:
    data = path.read_bytes()
    declared_shape(data, len(data))
    packed = path.with_suffix(".gz") if data.startswith(b"\x1f\x8b") else path
    path.rename(packed)
    dimensions = int(rng.choice([1, 3, 3, 3]))
    try:
        idx_shape(packed, dimensions)
        read = read_idx(packed, dimensions)
    finally:
        packed.rename(path)
    whole = gzip.decompress(data) if packed != path else data
    assert idx(read) == whole


def _made_table(rng: np.random.Generator, folder: Path) -> bytes:
    names = [f"{'abc'[i]}{i}" for i in rng.integers(0, 3, rng.integers(1, 9))]
    for name in names:
        (folder / name).write_bytes(b"any")
    text = io.StringIO(newline="")
    rows = {name: f"class {i % 3}, x" for i, name in enumerate(names)}
    csv.writer(text).writerows([("file", "class"), *rows.items()])
    return text.getvalue().encode()


def _check_table(path: Path, _: np.random.Generator) -> None:
    folder = labelled_files(path.parent, path, None)
    assert len(folder.files) == len(folder.labels) == len(set(folder.files))
    assert set(folder.labels) == set(range(len(folder.classes)))
    assert all(file.is_file() for file in folder.files)


def _made_gestures(rng: np.random.Generator, _: Path) -> bytes:
    begins = np.cumsum(rng.integers(1, 10**6, rng.integers(1, 9))).tolist()
    rows = [f"{rng.integers(1, 12)},{begin},{begin + rng.integers(1, 500)}" for begin in begins]
    return "\n".join(["class,startTime_usec,endTime_usec", *rows, ""]).encode()


def _check_gestures(path: Path, _: np.random.Generator) -> None:
    recording = path.parent / "a.aedat"
    recording.touch()
    table = path.rename(path.parent / "a_labels.csv")
    try:
        gestures = gesture_folder(path.parent, 1).gestures
    finally:
        table.rename(path)
    assert gestures
    assert all(0 <= gesture.begin < gesture.end < 2**63 for gesture in gestures)


def _made_samples(rng: np.random.Generator, _: Path) -> bytes:
    mark = str(rng.choice([",", ";", "\t"]))
    rows = rng.normal(size=(rng.integers(1, 30), 3)).round(int(rng.integers(1, 17))).tolist()
    lines = [[i, *values, "ab"[i // 8 % 2]] for i, values in enumerate(rows)]
    text = [mark.join(map(str, line)) for line in [["t_ms", "x", "y", "z", "class"], *lines]]
    return "\n".join([*text, ""]).encode()


def _made_cases(rng: np.random.Generator, _: Path) -> bytes:
    channels = int(rng.integers(1, 4))
    cases = [[rng.normal(size=int(length)).tolist()] * channels for length in rng.integers(1, 9, 3)]
    texts = [":".join(",".join(map(str, row)) for row in case) + ":up" for case in cases]
    head = f"@problemName m\n@dimensions {channels}\n@classLabel true up down\n@data\n"
    return (head + "\n".join(texts) + "\n").encode()


def _check_signals(rates: tuple[float | None, ...], path: Path, rng: np.random.Generator) -> None:
    rate = rates[rng.integers(len(rates))]
    missing = "drop" if rng.random() < 0.5 else "error"
    file = open_signals(path, SignalReading(sampling_rate=rate, missing=missing))
    with suppress(DataError):
        survey_signals(path).facts()
    assert file.signals
    for signal in file.signals:
        assert signal.values.shape == (len(signal), len(file.channels))
        assert np.isfinite(signal.values).all()
        assert (np.diff(signal.times) >= 0).all()


OTHERS = {
    "delimited": Target(_made_samples, partial(_check_signals, (None, 1000.0))),
    "gestures": Target(_made_gestures, _check_gestures),
    "idx": Target(_made_idx, _check_idx),
    "labels": Target(_made_table, _check_table),
    "ts": Target(_made_cases, partial(_check_signals, (1000.0,))),
}
