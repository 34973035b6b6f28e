"""What every figure has in common: a name, and a drawing made from a run directory's content."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from matplotlib.figure import Figure

from neurospike_cli.figures._run_view import RunView
from neurospike_cli.registry import Component


class FigureKind(Component):
    """One figure; the stem of its file is its name on the command line and in YAML.

    Attributes:
        on_request: whether it is drawn only where it is named, since it shows more than the run.
    """

    discriminator: ClassVar[str] = "kind"
    on_request: ClassVar[bool] = False

    @abstractmethod
    def draw(self, view: RunView) -> Figure:
        """Return the figure of `view`; one that says what is missing where there is no data."""
