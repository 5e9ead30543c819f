"""How much of a run one page shows, so that it stays small whatever was found."""

from __future__ import annotations

PER_CAUSE = 100
"""Occurrences shown of one cause, at most."""
ALL = 3000
"""Occurrences shown of all causes."""
LEAST = 3
HEADS = 100
"""Causes of which the messages are shown."""
SUBJECTS = 100


def occurrences(causes: int) -> int:
    """Occurrences shown of each of so many causes."""
    return max(LEAST, min(PER_CAUSE, ALL // max(1, causes)))
