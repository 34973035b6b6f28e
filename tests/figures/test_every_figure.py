"""What holds for every figure, whatever it shows."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from matplotlib.text import Text

from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures._style import figure_bytes
from neurospike_cli.registry import discover, module_names
from tests.figures.reading import outside, overlapping, said

KINDS = tuple(discover(FigureKind))


def test_a_file_is_a_figure_and_its_stem_the_name() -> None:
    assert module_names("neurospike_cli.figures") == KINDS
    assert {c().kind for c in discover(FigureKind).values()} == set(KINDS)  # type: ignore[attr-defined]
    assert {"raster", "activity", "weights", "curves", "confusion", "network"} < set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_run_says_what_to_run(kind: str, tmp_path: Path) -> None:
    figure = discover(FigureKind)[kind]().draw(RunView(tmp_path, "empty"))
    assert "no data yet: run `neurospike " in said(figure)
    assert outside(figure) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", ["view", "big"])
def test_nothing_is_written_over_something_else_or_cut(
    kind: str, size: str, request: pytest.FixtureRequest
) -> None:
    figure = discover(FigureKind)[kind]().draw(request.getfixturevalue(size))
    assert overlapping(figure) == []
    assert outside(figure) == []
    assert figure.get_figwidth() <= 11
    assert figure.get_figheight() <= 9.5


def test_the_measure_of_overlap_sees_one(view: RunView) -> None:
    figure = discover(FigureKind)["curves"]().draw(view)
    figure.axes[0].set_xticks([1, 1.01, 1.02])
    assert ("1.00", "1.01") in overlapping(figure)
    figure.add_artist(Text(-0.2, 0.5, "cut off"))
    assert outside(figure) == []  # an artist that is no text of the figure is not looked at
    figure.text(-0.2, 0.5, "cut off")
    assert outside(figure) == ["cut off"]


@pytest.mark.parametrize("kind", KINDS)
def test_drawing_leaves_the_settings_of_matplotlib_alone(kind: str, view: RunView) -> None:
    before = dict(matplotlib.rcParams)
    discover(FigureKind)[kind]().draw(view)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_equal_figures_are_equal_bytes_without_a_date(form: str, view: RunView) -> None:
    first, second = (figure_bytes(discover(FigureKind)["curves"]().draw(view), form) for _ in "ab")
    assert first == second
    assert b"Date" not in first
    assert b"matplotlib v" not in first.lower()
