"""What a reader sees first: counts, causes and what was not tested, from a run report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.texts import french, texts
from validators.model import (
    INPUT,
    UNDECIDED,
    Basis,
    Defect,
    Level,
    Outcome,
    RequirementReport,
    RuleText,
    RunReport,
    Text,
)

JUDGED = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.WARN, Outcome.INFO, Outcome.REVIEW})
RANK = {
    outcome: rank
    for rank, outcome in enumerate(
        (Outcome.ERROR, Outcome.FAIL, Outcome.REVIEW, Outcome.WARN, Outcome.INFO)
    )
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One rule that found defects, over all subjects; an error of ours carries its note.

    ``capped`` says that there are more defects than those that were kept.
    """

    rule: RuleText
    outcome: Outcome
    defects: tuple[tuple[str, Defect], ...]
    notes: tuple[tuple[str, str], ...]
    capped: bool = False

    @property
    def occurrences(self) -> int:
        return len(self.defects) or len(self.notes)


@dataclass(frozen=True, slots=True)
class Counts:
    """Requirements of the run by what became of them."""

    tested: int
    failed: int
    warned: int
    review: int
    not_tested: int


def say(text: Text, language: str) -> str:
    """The text in a language."""
    return french(text.fr) if language == "fr" else text.en


def causes(report: RunReport) -> list[Cause]:
    """The causes, the gravest first, then those with most occurrences, then by rule id."""
    defects: dict[tuple[str, Outcome], list[tuple[str, Defect]]] = defaultdict(list)
    notes: dict[tuple[str, Outcome], list[tuple[str, str]]] = defaultdict(list)
    capped: set[tuple[str, Outcome]] = set()
    for subject in report.subjects:
        for result in subject.results:
            if result.outcome is Outcome.ERROR:
                notes[result.rule, result.outcome].append((subject.name, result.note))
            elif result.defects:
                key = result.rule, result.outcome
                defects[key] += [(subject.name, defect) for defect in result.defects]
                if result.note:
                    capped.add(key)
    found = [
        Cause(report.rules[key[0]], key[1], tuple(defects[key]), tuple(notes[key]), key in capped)
        for key in {**defects, **notes}
    ]
    return sorted(found, key=lambda one: (RANK[one.outcome], -one.occurrences, one.rule.id))


def occurrences(cause: Cause, language: str, count: str) -> str:
    """How often the cause occurs; ``count`` is the number as the output writes numbers."""
    words = texts(language)["word"]
    key = "at_least" if cause.capped else "occurrence" if cause.occurrences == 1 else "occurrences"
    return str(words[key].format(count=count))


def counts(report: RunReport) -> Counts:
    """How many requirements were tested, broken, and left."""
    shall = [one for one in report.requirements if one.level is Level.SHALL]
    return Counts(
        tested=sum(one.outcome in JUDGED for one in shall),
        failed=sum(one.outcome is Outcome.FAIL for one in shall),
        warned=sum(one.outcome is Outcome.WARN for one in report.requirements),
        review=sum(one.outcome is Outcome.REVIEW for one in report.requirements),
        not_tested=sum(one.outcome is Outcome.NOT_TESTED for one in shall),
    )


def sentence(report: RunReport, language: str) -> str:
    """The verdict in one sentence, failures counted by what they rest on, and the scope."""
    words = texts(language)
    number = counts(report)
    name = report.verdict.name
    if name == "non-conforming" and number.failed == 1:
        name = "one-failed"
    said: str = words["sentence"][name].format(failed=number.failed, tested=number.tested)
    bases = report.verdict.failures_by_basis
    total = sum(bases.values())
    if total:
        said = f"{said} {_failures(bases, words)}"
    if report.scope:
        ran = sum(one.outcome is not Outcome.NOT_TESTED for one in report.scenarios)
        of_all = words["scope"][report.scope].format(ran=ran, all=len(report.scenarios))
        said = f"{said} {of_all}"
    return said


def _failures(bases: Mapping[Basis, int], words: Mapping[str, Any]) -> str:
    total = sum(bases.values())
    listed = ", ".join(f"{words['basis'][basis]} {count}" for basis, count in bases.items())
    key = "failure" if total == 1 else "failures"
    counted: str = words["sentence"][key].format(count=total, bases=listed)
    return counted


def normalisation(defect: Defect, language: str) -> str:
    """What was left out of account when the two values of a defect were compared."""
    words = texts(language)["normalised"]
    return f"{words['without']} {', '.join(words.get(step, step) for step in defect.normalised)}"


def untested(report: RunReport, language: str) -> Iterator[tuple[RequirementReport, str]]:
    """The requirements that were not tested, each with the reason; permissions left out."""
    notes = _notes(report)
    for one in report.requirements:
        if one.outcome is Outcome.NOT_TESTED and one.level is not Level.MAY:
            if one.reason is not None:
                yield one, say(one.reason, language)
            else:
                found = {note for rule in one.rules for note in notes.get(rule, ())}
                yield one, _why_untested(found, language)


def untested_by_reason(
    report: RunReport, language: str
) -> list[tuple[str, list[RequirementReport]]]:
    """The same grouped by reason, that of most requirements first."""
    grouped: dict[str, list[RequirementReport]] = defaultdict(list)
    for one, reason in untested(report, language):
        grouped[reason].append(one)
    return sorted(grouped.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _notes(report: RunReport) -> dict[str, set[str]]:
    """What kept each rule from being tested: a limit, an input not given, a gate."""
    notes: dict[str, set[str]] = defaultdict(set)
    for subject in report.subjects:
        for result in subject.results:
            if result.outcome is Outcome.NOT_TESTED and result.note:
                notes[result.rule].add(result.note)
    return notes


def _why_untested(notes: set[str], language: str) -> str:
    words = texts(language)["word"]
    given = {note for note in notes if note.startswith((INPUT, UNDECIDED))}
    inputs = sorted(note.partition(":")[2] for note in given)
    gates = sorted(notes - given - {"limit"})
    if "limit" in notes:
        said = words["limit"]
    elif gates:
        said = words["gate"].format(rule=", ".join(gates))
    elif inputs:
        named = [texts(language)["input"].get(name, name) for name in " ".join(inputs).split()]
        said = words["input"].format(input=", ".join(dict.fromkeys(named)))
    else:
        said = words["no_reason"]
    return str(said)
