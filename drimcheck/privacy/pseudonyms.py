"""What stands in the place of a value: the same pseudonym for the same value, and its form.

``INS#1‹99999999999999[9]›``: digits are 9, letters A or a, all else stands as it is; what differs
from the value beside it is in brackets. So length, position and kind of character stay visible.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

NUMBER = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}(?:[0-9]{2})?")
"""A NIR or NIA, with or without its key, whether the key is right or not."""
TOKEN = re.compile(r"[^\^&~|=\\;]+")
"""What stands between the separators of HL7, of DICOM names and of XDS."""
_OBJECT = re.compile(r"[0-9.]+\.[0-9.]*")
_CODE = re.compile(r"[A-Z0-9]|ISO|INS|PI|NH|BR|CL|SP|DR|PR|MC|MME|MLLE|PID-[0-9]+|urn:.*")
INS = "INS"


def names_nobody(token: str) -> bool:
    """Whether a token is structure: an OID, a code of one letter, a type of identifier."""
    return not any(letter.isalnum() for letter in token) or bool(
        _OBJECT.fullmatch(token) or _CODE.fullmatch(token)
    )


class Pseudonyms:
    """The pseudonyms of one report, numbered as they are given."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    @property
    def known(self) -> dict[str, str]:
        """The values that have one."""
        return dict(self._given)

    def of(self, value: str, kind: str) -> str:
        """The pseudonym of a value; one that reads as an INS is called so, whatever its place."""
        if value not in self._given:
            kind = INS if NUMBER.fullmatch(value) else kind
            self._count[kind] += 1
            self._given[value] = f"{kind}#{self._count[kind]}"
        return self._given[value]

    def masked(self, value: str, kind: str, beside: str | None = None) -> str:
        """A value as its pseudonym and its form, marked where it differs from the one beside it."""
        return f"{self.of(value, kind)}‹{form(value, beside)}›"


def folded(value: str) -> str:
    """The value without case and diacritics: what two spellings of a name have in common."""
    plain = unicodedata.normalize("NFKD", value)
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()


def form(value: str, beside: str | None = None) -> str:
    """The value by kinds of character; what differs from the one beside it in brackets."""
    if beside is None or beside == value:
        return "".join(map(_kind, value))
    made, inside = "", False
    for place, letter in enumerate(value):
        differs = place >= len(beside) or beside[place] != letter
        if differs is not inside:
            made += "[" if differs else "]"
            inside = differs
        made += _kind(letter)
    return f"{made}]" if inside else made


def _kind(letter: str) -> str:
    if letter.isdigit() and letter.isascii():
        return "9"
    if letter.isascii() and letter.isalpha():
        return "A" if letter.isupper() else "a"
    if letter.isalpha():
        return "Á" if letter.isupper() else "á"
    return letter
