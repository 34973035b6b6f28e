"""NeuroSpike's compiled engine, learning digits by STDP."""

from __future__ import annotations

from benchmarks.contestants._our_stdp import OurSTDP

PACKAGES = ("neurospike-cli", "numpy", "numba")


class NeuroSpikeSTDP(OurSTDP):
    """The engine that `fast` installs, given as many digits at a time as training gives it."""

    label = "NeuroSpike (compiled engine)"
    engine = "compiled"
    units = 100


CONTESTANT = NeuroSpikeSTDP
