"""The language in which the suite speaks to its user; it never changes a verdict."""

from __future__ import annotations

import os


def default_language() -> str:
    """``fr`` where the environment says French, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"
