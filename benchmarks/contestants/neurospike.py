"""NeuroSpike's compiled engine."""

from __future__ import annotations

from benchmarks.contestants._our_engine import OurEngine
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient
from neurospike_cli.learning.surrogates.triangle import Triangle

PACKAGES = ("neurospike-cli", "numpy", "numba")


class NeuroSpike(OurEngine):
    """The engine that `fast` installs; errors start only where the triangle is not zero."""

    label = "NeuroSpike (compiled engine)"
    engine = "compiled"
    rule = SurrogateGradient(surrogate=Triangle())


CONTESTANT = NeuroSpike
