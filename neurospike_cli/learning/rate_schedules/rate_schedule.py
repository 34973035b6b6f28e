"""What a learning rule needs to know of how its rate changes over a phase."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from neurospike_cli.registry import Component


class RateSchedule(Component):
    """A factor of the learning rate that follows the share of a phase that is done."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "constant"

    @abstractmethod
    def factor(self, done: float) -> float:
        """Return the factor when a share `done` of the phase, in [0, 1), lies behind."""
