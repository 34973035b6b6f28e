"""Which convention of STDP a recording follows: least squares for each, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from neurospike_cli.verification._conventions import (
    Changes,
    Convention,
    additive,
    changes_of,
    conventions,
    multiplicative,
)
from neurospike_cli.verification._pairings import Floats
from neurospike_cli.verification._trace_file import WeightTrace

#: Where the search for a time constant begins, in ms, and where it ends.
START, SHORTEST, LONGEST = 20.0, 0.1, 1e4
#: Least squares end where a step changes nothing but rounding.
EXACT: dict[str, Any] = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}


@dataclass(frozen=True)
class Given:
    """What is known beforehand: time constants in ms, None where they are to be fitted; bounds."""

    tau_plus: float | None = None
    tau_minus: float | None = None
    w_min: float = 0.0
    w_max: float = 1.0


@dataclass(frozen=True)
class Fit:
    """A convention with the numbers that fit best.

    Attributes:
        convention: which.
        a_plus, a_minus: amplitudes; with the weight's unit where changes are additive.
        tau_plus, tau_minus: in ms.
        rms: root mean square of what is left over, in the weight's unit.
        deviation: the largest of that, as a share of the recording's extent.
    """

    convention: Convention
    a_plus: float
    a_minus: float
    tau_plus: float
    tau_minus: float
    rms: float
    deviation: float

    def as_document(self) -> dict[str, Any]:
        """Return the fit for JSON."""
        names = ("pairing", "ties", "dependence")
        numbers = ("a_plus", "a_minus", "tau_plus", "tau_minus", "rms", "deviation")
        found = {name: getattr(self.convention, name) for name in names}
        return found | {name: getattr(self, name) for name in numbers}


def fits_of(trace: WeightTrace, given: Given) -> list[Fit]:
    """Return the fit of every convention, the closest first."""
    fits = [_fit(trace, convention, given) for convention in conventions()]
    return sorted(fits, key=lambda fit: fit.rms)


def _fit(trace: WeightTrace, convention: Convention, given: Given) -> Fit:
    """Fit unknown time constants around the fit of the amplitudes."""
    known = np.array([given.tau_plus or np.nan, given.tau_minus or np.nan])
    missing = np.isnan(known)
    taus = known.copy()
    if missing.any():

        def errors(logs: Floats) -> Floats:
            taus[missing] = np.exp(logs)
            return _amplitudes(trace, convention, taus, given)[1]

        first = np.full(int(missing.sum()), np.log(START))
        bounds = np.log(SHORTEST), np.log(LONGEST)
        found = least_squares(errors, first, bounds=bounds, x_scale=1.0, **EXACT)
        taus[missing] = np.exp(found.x)
    amplitudes, left = _amplitudes(trace, convention, taus, given)
    return Fit(
        convention,
        a_plus=float(amplitudes[0]),
        a_minus=float(amplitudes[1]),
        tau_plus=float(taus[0]),
        tau_minus=float(taus[1]),
        rms=float(np.sqrt(np.mean(left**2))),
        deviation=float(np.abs(left).max()) / trace.extent,
    )


def _amplitudes(
    trace: WeightTrace, convention: Convention, taus: Floats, given: Given
) -> tuple[Floats, Floats]:
    """Return a_plus and a_minus for these time constants, and what is left over."""
    changes = changes_of(trace, convention, (float(taus[0]), float(taus[1])))
    if convention.dependence == "multiplicative":
        return _soft(trace, changes, (given.w_min, given.w_max))
    design, seen = additive(changes), trace.weights - trace.weights[0]
    amplitudes = np.linalg.lstsq(design, seen)[0]
    return amplitudes, design @ amplitudes - seen


def _soft(
    trace: WeightTrace, changes: Changes, bounds: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Begin where the weight is taken to stay at its mean; then every change counts."""
    first, mean = float(trace.weights[0]), float(trace.weights.mean())
    design = additive(changes) * np.array([bounds[1] - mean, mean - bounds[0]])
    start = np.linalg.lstsq(design, trace.weights - first)[0]

    def errors(amplitudes: Floats) -> Floats:
        # Amplitudes that shoot over the bounds again and again may have no finite weight.
        with np.errstate(over="ignore", invalid="ignore"):
            weights = multiplicative(changes, first, amplitudes, bounds)
        return np.asarray(
            np.nan_to_num(weights - trace.weights, nan=1e100, posinf=1e100, neginf=-1e100)
        )

    found = least_squares(errors, start, x_scale="jac", **EXACT)
    return np.asarray(found.x), errors(found.x)
