"""The identifiers and times that documents of every kind share: INS, UID, place of birth, DTM."""

from __future__ import annotations

import re
from datetime import datetime

INS = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}[0-9]{2}")
"""Body of 13 characters, Corsica included, and key of two digits."""

INS_OIDS = frozenset(f"1.2.250.1.213.1.4.{last}" for last in (8, 9, 10, 11))
"""NIR, NIA, test and demonstration."""

BIRTHPLACE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
"""Commune of the Code officiel géographique, or country 99xxx: the pattern alone, as no list of
communes, current and suppressed, is part of this suite."""

SOURCE_HOST = re.compile(r"db[0-9]+\.[a-z0-9-]+\.mesimagesmedicales\.fr")
VIEWER_HOST = re.compile(r"vi[0-9]+\.[a-z0-9-]+\.mesimagesmedicales\.fr")
"""The hosts of a Source and of its viewer, in lower case (DRIM-M A-EVD-05, D-CR-02)."""

_UID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DTM = re.compile(r"([0-9]{4,14})(\.[0-9]{1,6})?([+-][0-9]{4})?")
_FULL = "00000101000000"
MAX_UID = 64


def ins_key(body: str) -> str:
    """The two-digit key of a NIR or NIA body of 13 characters (97 minus the body modulo 97)."""
    digits = body.replace("2A", "19").replace("2B", "18")
    return f"{97 - int(digits) % 97:02d}"


def is_uid(text: str) -> bool:
    """Whether the text is a UID (PS3.5 9.1): root 0 to 2, 64 characters, no leading zero."""
    return len(text) <= MAX_UID and _UID.fullmatch(text) is not None


def is_oid(text: str) -> bool:
    """Whether the text is an OID of at least two arcs, of any length (ITU-T X.660)."""
    return _UID.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID (RFC 9562)."""
    return _UUID.fullmatch(text) is not None


def moment(text: str) -> datetime | None:
    """The time that a DTM or TS of at least four digits says, missing parts at their first.

    None where it is malformed or no such time exists (HL7 v2.5.1 2.A.22). A zone is kept.
    """
    found = _DTM.fullmatch(text)
    if found is None or len(found[1]) % 2:
        return None
    whole = found[1] + _FULL[len(found[1]) :]
    try:
        if found[3]:
            return datetime.strptime(whole + found[3], "%Y%m%d%H%M%S%z")
        return datetime.strptime(whole, "%Y%m%d%H%M%S")
    except ValueError:
        return None


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar, YYYYMMDD."""
    return len(text) == 8 and text.isdigit() and moment(text) is not None
