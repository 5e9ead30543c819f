"""What a validator says about a subject. Imports nothing but the standard library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
class SubjectReport:
    """The results of one subject, in rule order.

    ``unread`` says why the subject could not be judged at all (a limit of the reader), as
    a message key with its values; empty when it was.
    """

    name: str
    kind: str
    size: int
    sha256: str
    results: tuple[Result, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    unread: str = ""


def distinct(subjects: Iterable[SubjectReport]) -> list[Result]:
    """Every result of the subjects, a result that several share once."""
    found: dict[int, Result] = {}
    for subject in subjects:
        found.update(zip(map(id, subject.results), subject.results, strict=True))
    return list(found.values())


class Cell(NamedTuple):
    """What one document says of a field: its values, and where the first stands."""

    document: str
    values: tuple[str, ...]
    place: str


class Comparison(NamedTuple):
    """One field across the documents of a run: ``agrees`` is None where one document has it."""

    group: str
    field: str
    cells: tuple[Cell, ...]
    agrees: bool | None


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


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a reader of a report needs to know of one rule in one profile."""

    id: str
    name: str
    title: Text
    why: Text
    fix: Text
    level: Level
    basis: Basis
    verifies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementReport:
    """One requirement of the profile and what the run came to on it."""

    id: str
    document: str
    section: str
    level: Level
    basis: Basis
    confidence: str
    testable: str
    statement: Text
    reason: Text | None
    outcome: Outcome
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A line that an independent tool says of a subject, ``count`` times.

    ``disagreement`` names the known disagreement that it is an instance of, and ``choice``
    says what this suite holds instead; neither is there for any other line.
    """

    tool: str
    edition: str
    subject: str
    line: str
    count: int
    disagreement: str = ""
    choice: Text | None = None


@dataclass(frozen=True, slots=True)
class ScenarioReport:
    """What a scenario came to: ``subjects`` are the names of what was judged in it.

    ``letter`` is that of its test subject. ``reason`` says why it was not tested, ``cause`` which
    scenario it needed that was not green; ``ways`` how each act was done; ``reviews`` are the
    questions that a person must answer.
    """

    id: str
    letter: str
    role: str
    title: Text
    outcome: Outcome
    subjects: tuple[str, ...] = ()
    reason: Text | None = None
    cause: str = ""
    ways: Mapping[str, str] = field(default_factory=dict)
    reviews: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one answer of a run: its name, its exit code, and what it rests on.

    ``otherwise`` is the exit code that it would have had if no rule had failed.
    """

    name: str
    exit_code: int
    otherwise: int
    failures_by_basis: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunReport:
    """All that a run found: the only source of every output format.

    ``scope`` says which scenarios had to run, "" where none were asked for.
    ``consulted`` names the independent tools that were asked and the edition that they used,
    ``opinions`` what they said: neither has a part in the verdict.
    """

    version: str
    rule_set: str
    command: str
    profile: str
    profile_title: Text
    documents: tuple[tuple[str, str, Text], ...]
    on: str
    verdict: Verdict
    subjects: tuple[SubjectReport, ...]
    rules: Mapping[str, RuleText]
    requirements: tuple[RequirementReport, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    consulted: tuple[tuple[str, str], ...] = ()
    opinions: tuple[Opinion, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    scenarios: tuple[ScenarioReport, ...] = ()
    scope: str = ""
