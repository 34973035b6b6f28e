"""What the fits of a recording say, as a table and in a sentence."""

from __future__ import annotations

from neurospike_cli.verification._trace_fit import Fit

HEAD = (
    "pairing",
    "ties",
    "weight",
    "a_plus",
    "a_minus",
    "tau_plus",
    "tau_minus",
    "rms residual",
    "largest (%)",
)


def table_of(fits: list[Fit]) -> list[tuple[str, ...]]:
    """Return the cells of the fits, the closest first, below their head."""
    return [HEAD, *(_cells(fit) for fit in fits)]


def verdict(fits: list[Fit], tolerance: float) -> str:
    """Return which conventions fit, or how far off the closest one is.

    Args:
        fits: the closest first.
        tolerance: largest deviation that is a fit, as a share of the weight's extent.
    """
    best = fits[0]
    within = [str(fit.convention) for fit in fits if fit.deviation <= tolerance]
    off = f"off by at most {100 * best.deviation:.3g} % of the total change"
    if not within:
        return f"no convention fits within {tolerance:g}; the closest, {best.convention}, is {off}"
    if len(within) == 1:
        return f"fits: {within[0]}, {off}"
    names = "".join(f"\n  {name}" for name in within)
    return f"fits, {off}; this recording cannot tell apart:{names}"


def _cells(fit: Fit) -> tuple[str, ...]:
    names = fit.convention.pairing, fit.convention.ties, fit.convention.dependence
    numbers = fit.a_plus, fit.a_minus, fit.tau_plus, fit.tau_minus
    shares = f"{fit.rms:.2e}", f"{100 * fit.deviation:.3g}"
    return (*names, *(f"{number:.6g}" for number in numbers), *shares)
