"""What the reports say around the results, in the two languages."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_FRENCH = re.compile(r"(?<=\S) (?=[:;!?»](?:\s|$))|(?<=«) ")
"""Blanks at which a French text does not break."""


@cache
def texts(language: str) -> dict[str, Any]:
    """The texts of a language, ``fr`` or ``en``."""
    found = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    made: dict[str, Any] = _set(found) if language == "fr" else found
    return made


def french(text: str) -> str:
    """A French text with its unbreakable blanks."""
    return _FRENCH.sub("\u00a0", text)


def _set(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _set(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_set(one) for one in value]
    return french(value) if isinstance(value, str) else value
