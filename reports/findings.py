"""The findings of a run, each with an identity that does not depend on the order of the others."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from validators.model import Defect, Outcome, Result, RunReport

DIGITS = 16
"""Hexadecimal digits of an identity: 64 bits, so that two of a million findings stay apart."""


_DRAWN = re.compile(r"[0-9][0-9.]{5,}")
"""A number that the run drew: a UID, an identifier of a message."""
IN_SCENARIO = ": "


class Finding(NamedTuple):
    """A defect of a subject. ``id`` is the same in every run that finds it in the same place."""

    id: str
    subject: str
    rule: str
    outcome: Outcome
    defect: Defect


def findings(report: RunReport) -> Iterator[Finding]:
    """Every finding of a run, in the order of its subjects."""
    names = steady(one.name for one in report.subjects)
    for subject in report.subjects:
        for result in subject.results:
            for name, defect in identified(names[subject.name], result):
                yield Finding(name, subject.name, result.rule, result.outcome, defect)


def identified(subject: str, result: Result) -> Iterator[tuple[str, Defect]]:
    """The defects of a result with their identities; ``subject`` is its steady name.

    An identity is over rule, subject and place, and the number of the defect among those of the
    same place: what was found there may change, the finding is the same.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for defect in result.defects:
        place = defect.path, defect.against
        seen[place] += 1
        yield identity(result.rule, subject, *place, str(seen[place])), defect


def steady(names: Iterable[str]) -> dict[str, str]:
    """The names of subjects; in a scenario without the numbers that its run has drawn.

    Where several are left alike, those after the first are numbered in their order.
    """
    seen: Counter[str] = Counter()
    made: dict[str, str] = {}
    for name in dict.fromkeys(names):
        scenario, colon, rest = name.partition(IN_SCENARIO)
        kept = scenario + colon + _DRAWN.sub("#", rest)
        seen[kept] += 1
        made[name] = kept if seen[kept] == 1 else f"{kept} ({seen[kept]})"
    return made


def identity(*parts: str) -> str:
    """The beginning of the SHA-256 over the parts."""
    text = "\0".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.sha256(text).hexdigest()[:DIGITS]
