"""What made an event, where that is known: of what is simulated, never of a recording."""

from __future__ import annotations

from enum import IntEnum


class Truth(IntEnum):
    """The cause of an event."""

    SIGNAL = 0
    """The brightness changed."""
    LEAK = 1
    """The reference of a pixel sank by itself, until constant light looked brighter."""
    SHOT = 2
    """Noise: of photons, or of a background that is given as a rate."""
    HOT = 3
    """A pixel that fires whatever it sees."""
