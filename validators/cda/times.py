"""Points in time of HL7 V3, and when one is before another (data type TS)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

TS = re.compile(r"([0-9]{4,14})(?:\.[0-9]+)?([+-][0-9]{2}(?:[0-9]{2})?)?")
WITH_ZONE = re.compile(r"[0-9]{14}(?:\.[0-9]+)?[+-][0-9]{4}")
MINUTES = 12
"""Digits from which a time has minutes, and can be carried to another zone."""


class Moment(NamedTuple):
    """The digits of a time, local, and its offset from UTC in minutes; None where it has none."""

    digits: str
    offset: int | None


def moment(value: str) -> Moment | None:
    """The time that a value writes; None where it writes none."""
    match = TS.fullmatch(value)
    if match is None or len(match[1]) % 2:
        return None
    return Moment(match[1], _offset(match[2]) if match[2] else None)


def _offset(zone: str) -> int:
    minutes = int(zone[1:3]) * 60 + int(zone[3:] or 0)
    return -minutes if zone[0] == "-" else minutes


def later(one: str, other: str) -> bool:
    """Whether a time is after another, as far as both say: at the precision of the coarser.

    A time without zone is taken to be in the zone of the other.
    """
    first, second = moment(one), moment(other)
    if first is None or second is None:
        return False
    left, right = _comparable(first, second), _comparable(second, first)
    length = min(len(left), len(right))
    return left[:length] > right[:length]


def _comparable(one: Moment, other: Moment) -> str:
    """The digits, in UTC where both times have a zone and minutes."""
    if one.offset is None or other.offset is None or len(one.digits) < MINUTES:
        return one.digits
    if len(other.digits) < MINUTES:
        return one.digits
    padded = one.digits.ljust(14, "0")
    try:
        utc = datetime.strptime(padded, "%Y%m%d%H%M%S") - timedelta(minutes=one.offset)
    except (ValueError, OverflowError):
        return one.digits
    return utc.strftime("%Y%m%d%H%M%S")[: len(one.digits)]
