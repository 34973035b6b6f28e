"""What backpropagation needs in place of the derivative of a spike."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from pydantic import Field

from neurospike_cli.neurons.neuron_model import SlopeLaw
from neurospike_cli.registry import Component


class Surrogate(Component):
    """A bump around the threshold, of a width of (v_thresh - v_rest) / slope.

    Attributes:
        bounded: whether the derivative is 0 beyond some distance, so that errors start only at
            neurons near threshold and the compiled engine passes over all others.
    """

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "fast_sigmoid"
    bounded: ClassVar[bool]

    slope: float = Field(default=5.0, gt=0, le=1e4)
    """Steepness b: the bump is about 1/b threshold distances wide."""

    @abstractmethod
    def primitive(self, x: Any) -> Any:
        """Return the smooth step whose derivative this is; x in threshold distances."""

    @abstractmethod
    def law(self, unit: float) -> SlopeLaw:
        """Return d/dx of primitive(x / unit), for x in the unit of `unit`.

        Args:
            unit: the threshold distance v_thresh - v_rest.
        """
