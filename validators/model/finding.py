"""What a rule says of a subject: nodes, defects, results; and an exchange as it was captured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from mmap import mmap
from typing import NamedTuple

MAX_VALUE = 500
"""Longest value, in characters, that a defect carries; the rest is counted, not shown."""

INPUT = "input:"
"""What the note of a result begins with when an input that the rule needs was not given."""

UNDECIDED = "undecided:"
"""What it begins with when the rule could not conclude from what was given: so neither does the
run."""


class Outcome(StrEnum):
    """What one rule, or one requirement, came to on one subject."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    WARN = "warn"
    INFO = "info"
    REVIEW = "review"
    NOT_APPLICABLE = "not_applicable"
    NOT_EFFECTIVE = "not_effective"
    NOT_TESTED = "not_tested"
    ERROR = "error"


class Level(StrEnum):
    """How strongly a requirement binds (RFC 2119)."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Basis(StrEnum):
    """What a requirement rests on, strongest first."""

    TEXT = "text"
    ANSWER = "answer"
    SAMPLE = "sample"
    INFERENCE = "inference"


OUTCOME_OF_LEVEL = {
    Level.SHALL: Outcome.FAIL,
    Level.SHOULD: Outcome.WARN,
    Level.MAY: Outcome.INFO,
}

SEVERITY = (
    Outcome.ERROR,
    Outcome.FAIL,
    Outcome.REVIEW,
    Outcome.WARN,
    Outcome.INFO,
    Outcome.NOT_TESTED,
    Outcome.PASS,
    Outcome.NOT_EFFECTIVE,
    Outcome.NOT_APPLICABLE,
)
"""Outcomes, the one that decides first: several of them come to the first one present."""

DEVIATIONS = frozenset({Outcome.FAIL, Outcome.WARN, Outcome.INFO, Outcome.REVIEW})
"""Outcomes that carry defects of the subject."""


def worst(outcomes: set[Outcome]) -> Outcome:
    """The outcome that several outcomes come to; *not applicable* when there is none."""
    return next((outcome for outcome in SEVERITY if outcome in outcomes), Outcome.NOT_APPLICABLE)


class Defect(NamedTuple):
    """One place where a subject departs from a rule.

    ``expected`` and ``actual`` are values, never sentences; ``actual`` is None where the
    thing is absent. ``offset`` is the byte offset of the place and ``line`` its line, each
    None where the format has none. A rule over two documents says ``against`` which place of the
    other one ``expected`` stands there, and how both were ``normalised`` before comparing.
    """

    path: str
    expected: str
    actual: str | None
    offset: int | None = None
    line: int | None = None
    against: str = ""
    normalised: tuple[str, ...] = ()


def shown(value: object) -> str:
    """A value as a defect carries it: at most MAX_VALUE characters, the rest counted."""
    text = value if isinstance(value, str) else str(value)
    if len(text) <= MAX_VALUE:
        return text
    return f"{text[:MAX_VALUE]}… ({len(text)})"


class Node:
    """A located value of a subject: what a rule judges.

    Readers subclass it; ``path`` is exact in the notation of the format (DICOM tags with
    item indices, XPath, HL7 field, HTTP part, zip entry), which joins steps by ``separator``.
    """

    __slots__ = ()
    separator = "."

    @property
    def path(self) -> str:
        raise NotImplementedError

    @property
    def place(self) -> int | None:
        """Byte offset of the node, or None where the format has none."""
        return None

    @property
    def line(self) -> int | None:
        """Line of the node, the first being 1, or None where the format has none."""
        return None

    def defect(self, *, expected: object, actual: object = None, child: str = "") -> Defect:
        """A defect at this node, or at the child named ``child`` in the format's notation."""
        path = self.separator.join(step for step in (self.path, child) if step)
        found = None if actual is None else shown(actual)
        return Defect(path, shown(expected), found, self.place_of(child), self.line)

    def place_of(self, child: str) -> int | None:  # noqa: ARG002 - for subclasses
        """Byte offset of a child, or of the node where the child is not there."""
        return self.place


class Result(NamedTuple):
    """What one rule came to on one subject, over ``checked`` nodes."""

    rule: str
    outcome: Outcome
    checked: int
    defects: tuple[Defect, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An HTTP exchange as it went over the wire, byte for byte.

    ``url`` is what was asked for. ``ended`` says why the capture stopped before the end of the
    response: "" where it is whole, else deadline, cap, connection, tls, refused.
    """

    url: str
    request: bytes | mmap
    response: bytes | mmap
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The same text in the two languages of the suite."""

    en: str
    fr: str
