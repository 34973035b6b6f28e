"""The numbers of a topology as lines of text, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Numbers = Mapping[str, Any]


def facts_of(layers: Mapping[str, Numbers]) -> dict[str, str]:
    """Return a line for everything that `topology_statistics` tells of the layers, by its title."""
    return {
        f"{name} {title}": text
        for name, numbers in layers.items()
        for title, text in _facts_of_layer(numbers)
    }


def _facts_of_layer(numbers: Numbers) -> Iterator[tuple[str, str]]:
    if "delay_ms" in numbers:
        yield "input delay", f"{_spread(numbers['delay_ms'])} ms"
    if "recurrent" in numbers:
        yield from _facts_of_pairs(numbers["recurrent"])
    if "excitatory" in numbers:
        split = f"{numbers['excitatory']} excitatory, {numbers['inhibitory']} inhibitory"
        yield "signs", split
    if "inhibition" in numbers:
        strength, delay = numbers["inhibition"]["strength_mv"], numbers["inhibition"]["delay_ms"]
        late = f" + {delay:g} ms" if delay else ""
        yield "inhibition", f"{strength:g} mV from each spike to all others, after 1 step{late}"


def _facts_of_pairs(pairs: Numbers) -> Iterator[tuple[str, str]]:
    yield "recurrent", f"{pairs['connections']:,} connections, p = {pairs['probability']:.4f}"
    yield "in-degree", _spread(pairs["in_degree"])
    yield "out-degree", _spread(pairs["out_degree"])
    if "delay_ms" in pairs:
        yield "recurrent delay", f"1 step + {_spread(pairs['delay_ms'])} ms"


def _spread(values: Numbers) -> str:
    """Return one number, or least, mean and greatest."""
    if values["min"] == values["max"]:
        return f"{values['min']:g}"
    return f"{values['min']:g} to {values['max']:g}, mean {values['mean']:.4g}"
