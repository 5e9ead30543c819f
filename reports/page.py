"""What the page of a report shows of each cause, of the requirements, and of who said what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports import budget, commands
from reports.difference import Sides, sides
from reports.findings import identified, steady
from reports.summary import JUDGED, Cause, causes, say
from reports.texts import texts
from validators.model import (
    Attestation,
    Defect,
    Derogation,
    Disagreement,
    Level,
    Message,
    Outcome,
    RequirementReport,
    RunReport,
    SubjectReport,
)

UNUSED = "unused"
GRAVE = (Outcome.ERROR, Outcome.FAIL, Outcome.REVIEW)
PLACES = 3
"""Places that the text which contests a result names."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A defect as the page shows it."""

    id: str
    subject: str
    defect: Defect
    sides: Sides


@dataclass(frozen=True, slots=True)
class CauseView:
    """A cause with all that stands beside it. ``blocks`` counts the rules that it left untested."""

    cause: Cause
    blocks: int
    occurrences: tuple[Occurrence, ...]
    more: int
    derogations: tuple[Derogation, ...]
    answers: tuple[Attestation, ...]
    disagreements: tuple[Disagreement, ...]
    command: commands.Command
    curl: commands.Command | None
    messages: tuple[Message, ...]
    contest: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the requirements of a level: how many there are, were tested, and came to what."""

    level: Level
    all: int
    tested: int
    broken: int
    review: int
    not_tested: int


class Views:
    """The views of one report."""

    def __init__(self, report: RunReport, language: str) -> None:
        self.report = report
        self.language = language
        self.words = texts(language)
        self._subjects = {one.name: one for one in report.subjects}
        self._requirements = {one.id: one for one in report.requirements}
        self._blocked = _blocked(report)
        self._ids = _identities(report)

    def causes(self) -> list[CauseView]:
        """The causes, those first that keep others from being tested, then by gravity."""
        found = causes(self.report)
        shown = budget.occurrences(len(found))
        made = [self._view(number, one, shown) for number, one in enumerate(found)]
        return sorted(made, key=lambda one: one.cause.outcome in GRAVE and -one.blocks)

    def _view(self, number: int, cause: Cause, shown: int) -> CauseView:
        rule, report = cause.rule, self.report
        names = [name for name, _ in (*cause.defects, *cause.notes)]
        messages = self._messages(names) if number < budget.HEADS else ()
        asked = next((one for one in messages if one.side == "request" and one.url), None)
        scenario = next((one.id for one in report.scenarios if names[0] in one.subjects), "")
        return CauseView(
            cause=cause,
            blocks=self._blocked[rule.id],
            occurrences=tuple(self._occurrences(cause, shown)),
            more=max(0, len(cause.defects) - shown),
            derogations=tuple(one for one in report.derogations
                              if one.rule == rule.id and one.state != UNUSED),
            answers=tuple(one for one in report.attestations
                          if one.about == "rule" and one.id == rule.id and one.used),
            disagreements=tuple(one for one in report.disagreements
                                if any(name in one.choice.en for name in rule.verifies)),
            command=commands.again(report, rule.id, scenario),
            curl=commands.curl(asked) if asked else None,
            messages=messages,
            contest=self._contest(cause),
        )  # fmt: skip

    def _occurrences(self, cause: Cause, shown: int) -> list[Occurrence]:
        return [
            Occurrence(self._ids[name, id(one)], name, one, sides(one.expected, one.actual))
            for name, one in cause.defects[:shown]
        ]

    def _messages(self, names: Sequence[str]) -> tuple[Message, ...]:
        """The messages of the first subject that has some."""
        found = (self._subjects[name] for name in names)
        return next((one.messages for one in found if one.messages), ())

    def _contest(self, cause: Cause) -> str:
        """A text that names rule, versions and citation, and nothing of the subject but places."""
        rule = cause.rule
        cited = [self._requirements[name] for name in rule.verifies if name in self._requirements]
        places = sorted({one.path for _, one in cause.defects})[:PLACES]
        text: str = self.words["contest"]["text"].format(
            rule=rule.id, title=say(rule.title, self.language), version=self.report.version,
            rule_set=self.report.rule_set, profile=self.report.profile,
            requirements=", ".join(f"{one.id} ({one.section})" for one in cited),
            places=", ".join(places),
        )  # fmt: skip
        return text


def _identities(report: RunReport) -> dict[tuple[str, int], str]:
    """The identity of each defect, by its subject and the object that it is."""
    names = steady(one.name for one in report.subjects)
    return {
        (subject.name, id(defect)): name
        for subject in report.subjects
        for result in subject.results
        for name, defect in identified(names[subject.name], result)
    }


def _blocked(report: RunReport) -> Mapping[str, int]:
    """How many rules each gate left untested."""
    found: dict[str, set[str]] = defaultdict(set)
    for subject in report.subjects:
        for result in subject.results:
            if result.outcome is Outcome.NOT_TESTED and result.note in report.rules:
                found[result.note].add(result.rule)
    return defaultdict(int, {rule: len(left) for rule, left in found.items()})


def coverage(report: RunReport) -> list[Coverage]:
    """The levels apart: they are never summed."""
    return [_coverage(level, report.requirements) for level in Level]


def _coverage(level: Level, requirements: Sequence[RequirementReport]) -> Coverage:
    mine = [one for one in requirements if one.level is level]
    outcomes = [one.outcome for one in mine]
    broken = (Outcome.FAIL, Outcome.WARN, Outcome.INFO)
    return Coverage(
        level=level,
        all=len(mine),
        tested=sum(one in JUDGED for one in outcomes),
        broken=sum(one in broken for one in outcomes),
        review=outcomes.count(Outcome.REVIEW),
        not_tested=outcomes.count(Outcome.NOT_TESTED),
    )


def pictures(report: RunReport) -> list[tuple[str, Any]]:
    """The pictures of the run, each with the subject that it is of."""
    return [(one.name, picture) for one in report.subjects for picture in one.pictures]


def own_rows(report: RunReport) -> list[tuple[Any, list[RequirementReport]]]:
    """The user's own requirements, each with those of ours that it stands for."""
    known = {one.id: one for one in report.requirements}
    return [(one, [known[name] for name in one.ours if name in known]) for one in report.own]


def listed(report: RunReport) -> Sequence[SubjectReport]:
    return report.subjects[: budget.SUBJECTS]
