"""What the neurons of a layer take from each other."""

from __future__ import annotations

from pydantic import Field

from neurospike_cli.registry import Parameters
from neurospike_cli.units import Milliseconds, Millivolts


class LateralInhibition(Parameters):
    """Every spike lowers all other neurons of its layer; the strength is fixed, not trained."""

    strength: Millivolts = Field(gt=0, le=1e6)
    """What a spike takes from each of the others, in mV, as a weight of that size would."""
    delay: Milliseconds = Field(default=0.0, ge=0, le=1e6)
    """Delay beyond the one step that it takes anyway, in ms, a multiple of dt."""
