"""NeuroSpike's NumPy engine: sparse input, one sparse product a layer, float32."""

from __future__ import annotations

from benchmarks.contestants._our_engine import OurEngine
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient

PACKAGES = ("neurospike-cli", "numpy", "scipy")


class NeuroSpikeNumPy(OurEngine):
    """The engine that needs no compiler."""

    label = "NeuroSpike (NumPy engine)"
    engine = "numpy"
    rule = SurrogateGradient()


CONTESTANT = NeuroSpikeNumPy
