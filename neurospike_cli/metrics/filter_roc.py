"""How well a filter tells noise from signal, where the truth of every event is known.

With S and N the signal and the noise events (leak, shot and hot) of some recordings, a setting of
the filter is the point (noise kept / N, signal kept / S). The points of a sweep, by noise and then
signal, joined by straight lines from (0, 0) to (1, 1), are its ROC curve; AUC is the area below: 1
for a filter that keeps all signal and no noise, 1/2 for one that tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.truth import Truth

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Setting:
    """A filter with one value of what is swept, and what it keeps.

    Attributes:
        value: of the swept parameter.
        counts: events of each `Truth`, before it and after it, (2, truth).
    """

    value: float
    counts: NDArray[np.int64]

    @property
    def kept(self) -> Floats:
        """How much it keeps of the events of each `Truth`, as a fraction; NaN of none, (truth,)."""
        return _share(self.counts[1], self.counts[0])

    @property
    def signal(self) -> float:
        """How much of the signal it keeps, as a fraction."""
        return float(self.kept[Truth.SIGNAL])

    @property
    def noise(self) -> float:
        """How much of the noise it keeps, as a fraction."""
        noise = np.delete(self.counts, Truth.SIGNAL, axis=1).sum(axis=1)
        return float(_share(noise[1:], noise[:1])[0])


@dataclass(frozen=True, eq=False)
class RocCurve:
    """The sweep of one filter.

    Attributes:
        filter: with the settings that are not swept.
        settings: by the swept value, ascending.
        own: the filter as it was given.
    """

    filter: Filter
    settings: tuple[Setting, ...]
    own: Setting

    @property
    def points(self) -> Floats:
        """The curve from (0, 0) to (1, 1), noise and signal, (point, 2)."""
        inner = sorted((setting.noise, setting.signal) for setting in self.settings)
        return np.array([(0.0, 0.0), *inner, (1.0, 1.0)])

    @property
    def area(self) -> float:
        """AUC, the area below the curve."""
        noise, signal = self.points.T
        return float((np.diff(noise) * (signal[1:] + signal[:-1])).sum() / 2)

    @property
    def best(self) -> Setting:
        """The setting with the largest difference of signal kept and noise kept."""
        return max(self.settings, key=lambda setting: setting.signal - setting.noise)


def roc_curve(chosen: Filter, recordings: Sequence[EventStream]) -> RocCurve:
    """Return how a filter does over its own value and those of its sweep that it allows.

    Args:
        chosen: a filter that has something to sweep.
        recordings: with the truth of each event, and with both signal and noise.
    """
    sweep = chosen.swept
    assert sweep is not None
    given = float(chosen.model_dump()[sweep.parameter])
    settings = []
    for value in sorted({*sweep.values, given}):
        changed = chosen.model_dump() | {sweep.parameter: value}
        try:
            variant = type(chosen).model_validate(changed)
        except ValidationError:  # a value that another of its parameters forbids
            continue
        settings.append(_measured(variant, value, recordings))
    own = next(setting for setting in settings if setting.value == given)
    return RocCurve(chosen, tuple(settings), own)


def truth_counts(recordings: Sequence[EventStream]) -> NDArray[np.int64]:
    """Return the number of events of each `Truth`, (truth,); 0 of what does not tell it."""
    counts = np.zeros(len(Truth), dtype=np.int64)
    for recording in recordings:
        if recording.truth is not None:
            counts += np.bincount(recording.truth, minlength=len(Truth))
    return counts


def _measured(chosen: Filter, value: float, recordings: Sequence[EventStream]) -> Setting:
    left = [chosen.apply(recording) for recording in recordings]
    return Setting(value, np.array([truth_counts(recordings), truth_counts(left)]))


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Floats:
    share: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return share
