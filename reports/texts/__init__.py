"""What the reports say around the results, in the two languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts(language: str) -> dict[str, Any]:
    """The texts of a language, ``fr`` or ``en``."""
    return tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
