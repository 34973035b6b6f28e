"""An experiment: what the whole YAML file says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Strict

from neurospike_cli.config.training import TrainingParameters
from neurospike_cli.events.sources.source import Source
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.registry import OneOf, Parameters, module_names


def figure_names() -> tuple[str, ...]:
    """Return the figures there are, without importing one: plotting takes long to import."""
    return module_names("neurospike_cli.figures")


def _figure(name: str) -> str:
    if name not in figure_names():
        raise ValueError(f"expected one of {', '.join(figure_names())}")
    return name


def _list_figures(schema: dict[str, Any]) -> None:
    schema["enum"] = list(figure_names())


FigureName = Annotated[str, AfterValidator(_figure), Field(json_schema_extra=_list_figures)]


class Experiment(Parameters):
    """An experiment: the data, the network, how it is trained and what is drawn."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    """Name of the experiment and of its folder in `outputs/`: letters, digits, `.`, `_`, `-`."""
    seed: int = Field(default=0, ge=0, lt=2**63)
    """What all random numbers follow from."""
    data: Annotated[Source, OneOf()]
    """Where the recordings come from, and how they become spikes."""
    network: NetworkParameters = NetworkParameters()
    """The spiking network."""
    training: TrainingParameters
    """How the network learns."""
    engine: Literal["auto", "numpy", "compiled"] = "auto"
    """What computes the network, to the same spikes; `auto`: compiled where Numba is installed."""
    precision: Literal["float32", "float64"] = "float32"
    """Type of weights and potentials."""
    figures: Annotated[tuple[FigureName, ...], Strict(False)] | None = None
    """What is drawn after training; without it, every figure of the run."""
