"""Data sets of the library Tonic (Lenz et al. 2021), which comes with the extra ``tonic``.

Tonic looks for a data set in a folder of its own name below `root`, and downloads it there where it
can and must. Recordings keep Tonic's order; what it calls the test set is not touched unless
`options` ask for it, e.g. ``{train: false}``.

| field of Tonic's events | becomes |
|---|---|
| t, whole µs | t |
| x | x |
| y, none in recordings of sound | y, or 0 |
| p, none in some | p, or 1; booleans are 0 and 1 |
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EventStream

#: What Tonic's constructors and readers fail with, measured with damaged and missing files of 1.7.
_FAILURES = (OSError, RuntimeError, ValueError, KeyError, IndexError, TypeError)


class Tonic(DividedSource, EventSource):
    """A data set that Tonic reads, with a class for each recording."""

    source: Literal["tonic"] = "tonic"
    dataset: str = Field(min_length=1)
    """Tonic's name of the data set, e.g. ``NMNIST``, ``DVSGesture`` or ``SHD``."""
    root: str = Field(min_length=1)
    """The folder in which Tonic keeps its data sets."""
    options: dict[str, bool | int | float | str] = Field(default={})
    """What else Tonic's class is called with, e.g. ``{first_saccade_only: true}``."""
    sensor: Sensor | None = None
    """The sensor's size; without it, what Tonic tells."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many recordings of each class are used at most, in Tonic's order."""
    unordered: Literal["error", "sort"] = "error"
    """What is done with events that are earlier than one before."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor in px, as given or as Tonic tells."""
        if self.sensor is not None:
            return self.sensor.width, self.sensor.height
        told = self._dataset.sensor_size
        if told is None:
            raise DataError(
                "has recordings of several sensors",
                where=self._where,
                hint="give `data.sensor`, large enough for all of them",
            )
        return int(told[0]), int(told[1])

    def class_names(self) -> tuple[str, ...]:
        """Return Tonic's names of the classes, or their numbers where it has none for all."""
        count = int(self._targets.max()) + 1
        names = tuple(map(str, getattr(self._dataset, "classes", ())))
        return names if len(names) >= count else tuple(map(str, range(count)))

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every recording that is used, (recording,)."""
        return self._targets[self._used]

    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording; nothing about it is random."""
        number = int(self._used[index])
        where = f"{self._where} recording {number}"
        try:
            events, _ = self._dataset[number]
        except _FAILURES as error:
            raise DataError(f"Tonic cannot read it: {_said(error)}", where=where) from error
        columns = _columns(events)
        backwards = int((np.diff(columns["t"]) < 0).sum())
        if backwards and self.unordered == "error":
            raise DataError(
                f"{backwards} events are earlier than the one before",
                where=where,
                hint="set `data.unordered` to sort",
            )
        width, height = self.sensor_size
        label = int(self._targets[number])
        return EventStream.from_arrays(width, height, label=label, provenance=where, **columns)

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        if find_spec("tonic") is None:
            needs = "needs the library Tonic: pip install 'neurospike-cli[tonic]'"
            return [*super().checks(), ("source", needs)]
        known = _datasets()
        if self.dataset not in known:
            message = f"must be one of {', '.join(sorted(known))}; got {self.dataset}"
            # Which options there are depends on it.
            return [*super().checks(), ("dataset", message + _meant(self.dataset, known))]
        allowed = list(inspect.signature(known[self.dataset]).parameters)
        wrong = [name for name in self.options if name not in allowed]
        said = f"is no option of Tonic's {self.dataset}, which has {', '.join(allowed)}"
        found = ((f"options.{name}", said + _meant(name, allowed)) for name in wrong)
        return [*super().checks(), *found]

    @property
    def _where(self) -> str:
        return f"{self.root}: {self.dataset}"

    @cached_property
    def _dataset(self) -> Any:
        try:
            return _datasets()[self.dataset](self.root, **self.options)
        except _FAILURES as error:
            raise DataError(
                f"Tonic cannot find or download it: {_said(error)}",
                where=self._where,
                hint=f"unpack it into the folder {self.dataset} below `data.root`",
            ) from error

    @cached_property
    def _targets(self) -> NDArray[np.int64]:
        """The class of every recording of Tonic's; read one by one where it keeps no list."""
        count = len(self._dataset)
        told = self._dataset.targets
        targets = told if len(told) == count else [self._dataset[i][1] for i in range(count)]
        try:
            classes = np.array([int(target) for target in targets], dtype=np.int64)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"its targets are no classes but {type(targets[0]).__name__}",
                where=self._where,
                hint="use a data set for classification",
            ) from error
        if not count or classes.min() < 0:
            raise DataError("has no recordings with classes", where=self._where)
        return classes

    @cached_property
    def _used(self) -> NDArray[np.int64]:
        """The number at Tonic's of every recording that is used, ascending."""
        members = (np.flatnonzero(self._targets == label) for label in np.unique(self._targets))
        return np.sort(np.concatenate([found[: self.samples_per_class] for found in members]))


def _datasets() -> Mapping[str, type]:
    """Return Tonic's data sets by name."""
    import tonic

    return {
        name: member
        for name, member in vars(tonic.datasets).items()
        if inspect.isclass(member) and issubclass(member, tonic.dataset.Dataset)
    }


def _meant(word: str, names: Iterable[str]) -> str:
    """Return a question that offers the most similar of `names`, or nothing."""
    close = get_close_matches(word, list(names), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _columns(events: NDArray[np.void]) -> dict[str, NDArray[Any]]:
    """Return t, x, y and p of Tonic's events."""
    defaults = {"y": np.zeros(len(events), np.int64), "p": np.ones(len(events), np.int64)}
    return {n: events[n] if n in (events.dtype.names or ()) else defaults[n] for n in "txyp"}


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
