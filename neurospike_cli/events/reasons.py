"""Why an event is no spike of its own, and how that is said.

Every event that is read is in an entry of a spike train or counted under one of these reasons, or
under the name of the filter or augmentation that took it out.
"""

from __future__ import annotations

#: At or after the end of the sample.
AFTER_DURATION = "after_duration"
#: Moved behind the last step by a delay, or cut off with the steps it was in.
AFTER_LAST_STEP = "after_last_step"
#: In no step or channel there is.
OUTSIDE = "outside_of_extent"
#: OFF, where only ON events count.
OFF = "on_only"
#: In a step and channel that another event has made spike.
MERGED = "merged"
#: Followed by another event of its channel before the surface was read.
SUPERSEDED = "superseded"
#: Older than a surface remembers when it was read first.
FADED = "faded"
#: Later than the last time at which a surface was read.
AFTER_LAST_SURFACE = "after_last_surface"
#: Pixels that are too dim to spike.
BELOW_THRESHOLD = "below_threshold"
#: Pixels that make every field too weak an answer.
BELOW_CUTOFF = "below_cutoff"

#: Rows of a signal's file that have no value in a channel.
WITH_MISSING = "rows_with_missing_values"

#: What was asked for is said as such, and what is counted in rows as these; everything else was
#: dropped.
_SAID = {
    OFF: "{what} left out: OFF, and the polarity is `on_only`",
    MERGED: "{what} share the spike of an earlier one (merged)",
    SUPERSEDED: "{what} are followed by a later one before the surface is read (superseded)",
    WITH_MISSING: "rows with missing values dropped",
}


def account(number: int, what: str, reason: str) -> str:
    """Return a line that says what became of `number` events, or what else they are."""
    said = _SAID.get(reason, f"{{what}} dropped ({reason.replace('_', ' ')})")
    return f"{number} {said.format(what=what)}"
