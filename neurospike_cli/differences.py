"""What differs between two nested documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any], holder: str) -> list[str]:
    """Return a line for each leaf that differs, as ``key: 1 in the run, 2 now``.

    Args:
        before: the document that is kept.
        after: the one that is given now.
        holder: what keeps the first, e.g. ``run``.
    """
    kept, given = flat(before), flat(after)
    return [
        f"{key}: {kept.get(key, 'absent')} in the {holder}, {given.get(key, 'absent')} now"
        for key in sorted({*kept, *given})
        if kept.get(key) != given.get(key)
    ]


def flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """Return the leaves of a nested document by dotted key; lists count as leaves by index."""
    leaves: dict[str, object] = {}
    for key, value in document.items():
        match value:
            case Mapping():
                leaves |= flat(value, f"{prefix}{key}.")
            case list():
                leaves |= flat({str(i): v for i, v in enumerate(value)}, f"{prefix}{key}.")
            case _:
                leaves[f"{prefix}{key}"] = value
    return leaves
