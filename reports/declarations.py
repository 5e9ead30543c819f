"""What people declared, by the finding or the requirement that it speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from reports.texts import texts
from validators.model import Attestation, Derogation, RequirementReport, RunReport

IN_FORCE = "in-force"


class Declarations:
    """The derogations and the answers of a run. None of them changes an outcome."""

    def __init__(self, report: RunReport) -> None:
        self._derogations: dict[str, list[Derogation]] = defaultdict(list)
        self._answers: dict[tuple[str, str], list[Attestation]] = defaultdict(list)
        for derogation in report.derogations:
            self._derogations[derogation.rule].append(derogation)
        for answer in report.attestations:
            if answer.used:
                self._answers[answer.about, answer.id].append(answer)

    def of_finding(self, rule: str, subject: str) -> list[Derogation]:
        """The derogations of a finding, whatever their state."""
        return [
            one for one in self._derogations.get(rule, ()) if one.subject in ("", subject)
        ]  # fmt: skip

    def accepted(self, rule: str, subject: str) -> list[Derogation]:
        """The derogations of a finding that are in force."""
        return [one for one in self.of_finding(rule, subject) if one.state == IN_FORCE]

    def lines(self, rule: str, subject: str, language: str) -> Iterator[str]:
        """What was declared of the findings of a rule in a subject: derogations, answers."""
        yield from (derogation_line(one, language) for one in self.of_finding(rule, subject))
        for one in self._answers.get(("rule", rule), ()):
            if one.subject in ("", subject):
                yield answer_line(one, language)

    def of_rules(self, rules: Iterable[str]) -> list[Derogation]:
        """The derogations of any of the rules, whatever their state."""
        return [one for rule in rules for one in self._derogations.get(rule, ())]

    def answers(self, requirement: RequirementReport) -> list[Attestation]:
        """What people answered to the requirement, and to findings of its rules."""
        keys = [("requirement", requirement.id), *(("rule", rule) for rule in requirement.rules)]
        return [one for key in keys for one in self._answers.get(key, ())]


def derogation_line(one: Derogation, language: str) -> str:
    """A derogation in one line: until when, why, by whom, approved by whom."""
    said: str = texts(language)["beside"][one.state].format(
        until=one.until, reason=one.reason, author=one.author, approver=one.approver
    )
    return said


def answer_line(one: Attestation, language: str) -> str:
    """An answer in one line: what, who, when, and the name of the file that shows it."""
    words = texts(language)["beside"]
    said: str = words["holds" if one.holds else "holds_not"].format(
        name=one.name, on=one.on, statement=one.statement, evidence=one.evidence
    )
    return said
