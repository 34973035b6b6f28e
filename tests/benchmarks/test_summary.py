"""The arithmetic behind `make bench`: known numbers in, known numbers out."""

from __future__ import annotations

import pytest

from benchmarks.summary import fit_line, least, ratio, timing

ROWS = {
    "ours": {"median_ms": 5.0, "memory_mb": 20.0},
    "quick": {"median_ms": 40.0, "memory_mb": 300.0},
    "small": {"median_ms": 90.0, "memory_mb": 130.0},
}


def test_timing_is_in_milliseconds() -> None:
    expected = {"quartile_1_ms": 2.0, "median_ms": 3.0, "quartile_3_ms": 4.0}
    assert timing([0.005, 0.001, 0.003, 0.002, 0.004]) == expected


def test_an_outlier_does_not_move_the_median() -> None:
    assert timing([0.003, 0.003, 9.0])["median_ms"] == 3.0


@pytest.mark.parametrize(
    ("quantity", "name", "times"), [("median_ms", "quick", 8.0), ("memory_mb", "small", 6.5)]
)
def test_the_best_peer_differs_by_quantity(quantity: str, name: str, times: float) -> None:
    best = least(ROWS, ("quick", "small"), quantity)
    assert best == name
    assert ratio(ROWS, "ours", best, quantity) == times


def test_a_line_is_found_again() -> None:
    events = (10, 30, 100, 300, 1000)
    line = fit_line(events, [2.0 + 0.05 * n for n in events])
    assert line.constant == pytest.approx(2.0)
    assert line.slope == pytest.approx(0.05)
    assert line.deviation == pytest.approx(0.0, abs=1e-9)


def test_the_line_has_the_least_relative_squares() -> None:
    """What defines it: residuals, divided by t squared, are orthogonal to 1 and to n."""
    events, times = (1, 2, 3), (1.0, 2.4, 3.0)
    line = fit_line(events, times)
    residuals = [line.constant + line.slope * n - t for n, t in zip(events, times, strict=True)]
    weighted = [r / t**2 for r, t in zip(residuals, times, strict=True)]
    assert sum(weighted) == pytest.approx(0, abs=1e-9)
    assert sum(w * n for w, n in zip(weighted, events, strict=True)) == pytest.approx(0, abs=1e-9)
    assert line.deviation == pytest.approx(abs(residuals[1]) / 2.4)
