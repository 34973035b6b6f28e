"""What is said of a path that is inspected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neurospike_cli.events.surveys.recording_survey import Survey


@dataclass(frozen=True)
class Report:
    """What a path is.

    Attributes:
        title: its kind, e.g. ``a recording``.
        facts: in words, by name.
        numbers: the same and more as numbers, for programs.
        survey: what there is in it, of a recording.
    """

    title: str
    facts: Mapping[str, Any]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    survey: Survey | None = None

    def document(self) -> dict[str, Any]:
        """Return all of it as one JSON document."""
        words = {name.replace(" ", "_"): value for name, value in self.facts.items()}
        return {"kind": self.title} | words | dict(self.numbers)
