"""How values are made alike before they are compared; each way says what it leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC
from typing import NamedTuple

from validators.identifiers import moment


class Normal(NamedTuple):
    """A way to make values alike; ``steps`` are keys of texts that say what it does."""

    steps: tuple[str, ...]
    apply: Callable[[str], str]


def _blanks(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    """Capitals without diacritics; apostrophes alike."""
    plain = unicodedata.normalize("NFD", text.replace("\u2019", "'"))
    return "".join(one for one in plain if not unicodedata.combining(one)).upper()


def _name(text: str) -> str:
    return _blanks(_letters(text))


def _person(text: str) -> str:
    """Family and first given name of a PN, as names are compared."""
    parts = [_name(one) for one in text.split("^")]
    return "^".join(parts[:2]).rstrip("^")


def _time(text: str) -> str:
    """A DTM in UTC to the second; one without zone as it stands."""
    found = moment(text)
    if found is None:
        return text
    if found.tzinfo is not None:
        found = found.astimezone(UTC)
    return found.replace(microsecond=0, tzinfo=None).strftime("%Y%m%d%H%M%S")


def _structure(text: str) -> str:
    """A structure identifier without its leading digit of kind (CI-SIS Struct_IdNat)."""
    digits = re.sub(r"\D", "", text)
    return digits[1:] if len(digits) in (10, 15) else digits


def _uid(text: str) -> str:
    return text.removeprefix("urn:oid:").upper()


NORMALS = {
    "exact": Normal(("blanks",), _blanks),
    "name": Normal(("case", "diacritics", "blanks"), _name),
    "person": Normal(("person", "case", "diacritics", "blanks"), _person),
    "time": Normal(("utc",), _time),
    "structure": Normal(("structure",), _structure),
    "uid": Normal(("blanks",), lambda text: _uid(_blanks(text))),
}


def local_times(text: str) -> set[str]:
    """The UTC and the local digits of a time: official samples write either."""
    found = moment(text)
    if found is None:
        return {text}
    digits = found.replace(tzinfo=None).strftime("%Y%m%d%H%M%S")
    return {digits, _time(text)}
