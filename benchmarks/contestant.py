"""What a file in `contestants/` provides."""

from __future__ import annotations

from abc import ABC, abstractmethod

from benchmarks.workload import Workload


class Contestant(ABC):
    """A library with a network of the workload's sizes, ready to work.

    Args:
        workload: the sizes and the batch.
    """

    #: What is measured, for the table.
    label: str
    #: Units of work in a call of `train` or `infer`; times are of one unit.
    units: int = 1

    @abstractmethod
    def __init__(self, workload: Workload) -> None: ...

    @abstractmethod
    def train(self) -> object:
        """Train on the batch once."""

    @abstractmethod
    def infer(self) -> object:
        """Run the batch forward once."""

    @abstractmethod
    def firing_rates(self) -> list[float]:
        """Return the mean firing rate of each layer on the batch, in Hz."""
