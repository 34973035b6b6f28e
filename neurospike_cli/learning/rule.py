"""What a training phase needs from a learning rule."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, Strict

from neurospike_cli.registry import Component


class LearningRule(Component):
    """One phase of training: the rule, the layers it changes and for how many epochs."""

    discriminator: ClassVar[str] = "rule"

    layers: Annotated[tuple[int, ...], Strict(False)] | None = None
    """Indices of the layers that learn, 0 the first hidden one; without it, all."""
    epochs: int = Field(default=10, ge=1, le=100_000)
    """Passes over the training split."""
    batch_size: int = Field(default=32, ge=1, le=65_536)
    """Samples per weight update."""
