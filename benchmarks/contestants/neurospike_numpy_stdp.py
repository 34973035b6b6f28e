"""NeuroSpike's NumPy engine, learning digits by STDP."""

from __future__ import annotations

from benchmarks.contestants._our_stdp import OurSTDP

PACKAGES = ("neurospike-cli", "numpy", "scipy")


class NeuroSpikeNumPySTDP(OurSTDP):
    """The engine that needs no compiler; fewer digits, so that a turn is as long as the others'."""

    label = "NeuroSpike (NumPy engine)"
    engine = "numpy"
    units = 5


CONTESTANT = NeuroSpikeNumPySTDP
