"""The words of the generated pages, and in French what the catalogue has in English alone."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from reports.texts import texts

LANGUAGES = ("fr", "en")


@cache
def words(language: str) -> dict[str, Any]:
    """The words of a language; of what reports say too, ``level``, ``basis`` and ``input``."""
    own = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    shared = texts(language)
    return {**{part: shared[part] for part in ("level", "basis", "input")}, **own}


def in_language(language: str, table: str, english: str) -> str:
    """An English text of the catalogue in a language. Raises KeyError where French has none."""
    return english if language == "en" else str(words("fr")[table][english])
