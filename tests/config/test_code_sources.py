"""Sources of rate and spike codes: what is refused of their patterns, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.samples import load_text, only_problem, position, problems_in

CODES = """\
name: codes
data:
  source: spike_code
  groups: [5, 5]
  samples_per_class: 2
  classes:
    a.b: [[0, 0], [1, 1, 1]]
    unequal: [[0, 1], [1]]
training:
  phases: [{rule: surrogate_gradient}]
"""


def test_patterns_point_at_themselves_whatever_the_name_of_the_class(tmp_path: Path) -> None:
    found = problems_in(tmp_path, CODES)
    assert [(p.path, p.message, (p.line, p.column)) for p in found] == [
        (
            "data.samples_per_class",
            "must be at least 3, one for each part of the split in use; got 2",
            position(CODES, "2\n"),
        ),
        (
            "data.classes.a.b.1",
            "must have 2 entries, one for each group; got 3",
            position(CODES, "[1, 1, 1]"),
        ),
        (
            "data.classes.unequal.1",
            "must have 2 entries, one for each group; got 1",
            position(CODES, "[1]]"),
        ),
    ]


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (("groups: [5, 5]", "groups: [5, 0]"), "groups.1", "must be at least 1; got 0"),
        (("groups: [5, 5]", "groups: []"), "groups", "must have 1 or more entries; got 0"),
        (("[0, 1]", "[0, -1]"), "classes.unequal.0.1", "must be at least 0; got -1"),
        (("[0, 1]", "[0, 0.5]"), "classes.unequal.0.1", "must be a whole number; got 0.5"),
        (("  groups", "  jitter: -1.0\n  groups"), "jitter", "must be at least 0; got -1.0"),
        (("  groups", "  rate: 0\n  groups"), "rate", "must be greater than 0; got 0"),
    ],
)
def test_codes_that_cannot_be(
    tmp_path: Path, change: tuple[str, str], path: str, message: str
) -> None:
    good = CODES.replace("[1, 1, 1]", "[1, 1]").replace("[1]]", "[1, 0]]").replace(": 2\n", ": 9\n")
    load_text(tmp_path, good)
    problem = only_problem(tmp_path, good.replace(*change))
    assert (problem.path, problem.message) == (f"data.{path}", message)
    rates = good.replace("spike_code", "rate_code")
    load_text(tmp_path, rates)


def test_a_rate_below_zero(tmp_path: Path) -> None:
    text = CODES.replace("spike_code", "rate_code").replace("[0, 1]", "[0, -40.0]")
    problem = problems_in(tmp_path, text)[0]
    assert (problem.path, problem.message) == (
        "data.classes.unequal.0.1", "must be at least 0; got -40.0",
    )  # fmt: skip
    assert (problem.line, problem.column) == position(text, "-40.0")
