"""What a run says as a whole: its subjects, requirements, scenarios, verdict; and around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from validators.model.evidence import (
    Attestation,
    Derogation,
    Disagreement,
    Message,
    OwnRequirement,
    Picture,
    Product,
    Step,
)
from validators.model.finding import Basis, Level, Outcome, Result, Text


@dataclass(frozen=True, slots=True)
class SubjectReport:
    """The results of one subject, in rule order.

    ``unread`` says why the subject could not be judged at all (a limit of the reader), as
    a message key with its values; empty when it was. ``messages`` are the HTTP messages that it
    is, or that it answers, where something was found in it; ``pictures`` what it shows.
    """

    name: str
    kind: str
    size: int
    sha256: str
    results: tuple[Result, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    unread: str = ""
    messages: tuple[Message, ...] = ()
    pictures: tuple[Picture, ...] = ()


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
class RuleText:
    """What a reader of a report needs to know of one rule in one profile.

    ``good`` and ``bad`` are a conforming example and one that is not, "" where there is none.
    """

    id: str
    name: str
    title: Text
    why: Text
    fix: Text
    level: Level
    basis: Basis
    verifies: tuple[str, ...]
    good: str = ""
    bad: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """A reference document: its edition, and how its text was known.

    ``text`` is whole, part or none: what of it was available to us.
    """

    id: str
    publisher: str
    edition: Text
    title: Text
    note: Text
    text: str


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
    questions that a person must answer. ``timeline`` is what crossed it, in order.
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
    timeline: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one answer of a run: its name, its exit code, and what it rests on.

    ``policy`` names the computation; ``because`` are the conditions that hold, the first of which
    decides. ``otherwise`` is the exit code that it would have had if no rule had failed.
    """

    policy: str
    name: str
    exit_code: int
    otherwise: int
    failures_by_basis: Mapping[Basis, int]
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunReport:
    """All that a run found: the only source of every output format.

    ``arguments`` are those of the command as far as they decide, without the place of its output.
    ``mode`` is audit or free; ``values`` masked or shown. ``hosts`` are those that a connection was
    made to. ``scope`` says which scenarios had to run, "" where none were asked for.
    ``consulted`` names the independent tools that were asked and the edition that they used,
    ``opinions`` what they said: neither has a part in the verdict. ``own`` is the list of
    requirements that the user has.
    """

    version: str
    rule_set: str
    command: str
    profile: str
    profile_title: Text
    documents: tuple[DocumentReport, ...]
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
    arguments: tuple[str, ...] = ()
    mode: str = "free"
    values: str = "shown"
    hosts: tuple[str, ...] = ()
    product: Product | None = None
    derogations: tuple[Derogation, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    own: tuple[OwnRequirement, ...] = ()
