"""What the reference does when a scenario acts upon it, by its own pages."""

from __future__ import annotations

from collections.abc import Callable

from drimcheck.harness.acts import Answer
from drimcheck.harness.lab import Lab


def automatic(_lab: Lab) -> dict[str, Callable[[Answer], Answer]]:
    """The acts by name."""
    return {}
