"""The summary that a command prints."""

from __future__ import annotations

from collections.abc import Iterator

from reports.comparison import lines_of
from reports.summary import Cause, causes, normalisation, occurrences, say, sentence
from reports.texts import texts
from reports.visible import visible
from validators.model import Defect, Outcome, RunReport

SHOWN = 3
"""Occurrences shown of each cause; the rest are counted."""

COLORS = {
    Outcome.ERROR: "35",
    Outcome.FAIL: "31",
    Outcome.REVIEW: "36",
    Outcome.WARN: "33",
    Outcome.INFO: "34",
}


def summary(report: RunReport, language: str, *, color: bool = False) -> str:
    """The verdict, then the causes, the gravest first."""
    words = texts(language)
    verdict = words["verdict"][report.verdict.name]
    lines = [
        _painted(f"{verdict}.", "1", color) + f" {sentence(report, language)}",
        _context(report, language),
    ]
    lines += lines_of(report, language)
    alone = len(report.subjects) == 1
    for cause in causes(report):
        lines += ["", *_cause(cause, language, alone=alone, color=color)]
    lines += _scenarios(report, language)
    lines += _aside(report, language)
    lines += _opinions(report, language)
    return "\n".join(lines)


def _context(report: RunReport, language: str) -> str:
    words = texts(language)["word"]
    files = len(report.subjects)
    said = words["files"].format(count=files)
    if files == 1:
        said = visible(report.subjects[0].name)
    rules = words["rules_run"].format(count=len(report.rules))
    on = f"{words['judged_on'].lower()} {report.on}"
    return f"{words['profile'].lower()} {report.profile}, {said}, {rules}, {on}"


def _cause(cause: Cause, language: str, *, alone: bool, color: bool) -> Iterator[str]:
    words = texts(language)
    tag = words["level"][cause.rule.level]
    if cause.outcome in (Outcome.REVIEW, Outcome.ERROR):
        tag = words["outcome"][cause.outcome].upper()
    count = cause.occurrences
    said = occurrences(cause, language, str(count))
    head = _painted(f"{tag:8}", COLORS[cause.outcome], color)
    yield f"{head} {cause.rule.id}  {say(cause.rule.title, language)}  ({said})"
    for name, defect in cause.defects[:SHOWN]:
        yield f"         {occurrence_line('' if alone else name, defect, language)}"
    for name, note in cause.notes[:SHOWN]:
        yield f"         {visible(name)}: {visible(note)}"
    if count > SHOWN:
        yield f"         {words['word']['more'].format(count=count - SHOWN)}"
    if cause.outcome in (Outcome.FAIL, Outcome.REVIEW):
        yield f"         {words['word']['fix']} {say(cause.rule.fix, language)}"


def occurrence_line(name: str, defect: Defect, language: str) -> str:
    """Where a defect is, what was expected and found, in one line."""
    words = texts(language)["word"]
    place = f"{visible(name)} {visible(defect.path)}".strip() or words["document"]
    if defect.line is not None:
        place += f" ({words['line']} {defect.line})"
    elif defect.offset is not None:
        place += f" ({words['offset']} {defect.offset})"
    found = words["absent"] if defect.actual is None else visible(defect.actual) or words["empty"]
    expected = visible(defect.expected) or words["absent"]
    said = f"{place}: {words['expected'].lower()} {expected}, {words['found'].lower()} {found}"
    if defect.against:
        said += f"; {words['against']} {visible(defect.against)}"
    if defect.normalised:
        said += f" [{normalisation(defect, language)}]"
    return said


def _aside(report: RunReport, language: str) -> Iterator[str]:
    """What was not judged: limits, files passed over."""
    words = texts(language)["word"]
    unread = [subject for subject in report.subjects if subject.unread]
    if unread or report.skipped:
        yield ""
    for subject in unread:
        yield f"{visible(subject.name)}: {words['unread'].format(reason=subject.unread)}"
    for name, reason in report.skipped:
        yield f"{visible(name)}: {skipped_reason(reason, language)}"


def _scenarios(report: RunReport, language: str) -> Iterator[str]:
    """A line for each scenario: what it came to, and why where it was not tested."""
    words = texts(language)
    if report.scenarios:
        yield ""
    for one in report.scenarios:
        letter = f"({one.letter}) " if one.letter else ""
        said = say(one.reason, language) if one.reason else ""
        outcome = words["outcome"][one.outcome.value]
        yield f"{outcome:16} {one.id}  {letter}{say(one.title, language)}" + (
            f": {visible(said)}" if said else ""
        )
        for question in one.reviews:
            yield f"{'':16} {words['scenario']['reviews']}: {visible(say(question, language))}"


def _opinions(report: RunReport, language: str) -> Iterator[str]:
    """What the independent tools say, each known disagreement with what we hold instead."""
    words = texts(language)["opinion"]
    if report.consulted:
        yield ""
        yield words["title"]
    for tool, tables in report.consulted:
        yield f"{tool} ({words[tables]})"
        said = [one for one in report.opinions if one.tool == tool]
        if not said:
            yield f"         {words['nothing']}"
        for one in said:
            name = "" if len(report.subjects) == 1 else f"{visible(one.subject)}: "
            times = f" x{one.count}" if one.count > 1 else ""
            yield f"         {name}{visible(one.line)}{times}"
            if one.choice is not None:
                yield f"           {words['known']} {one.disagreement}: {say(one.choice, language)}"


def skipped_reason(reason: str, language: str) -> str:
    """Why a file was passed over."""
    words = texts(language)["word"]
    if not reason:
        return str(words["no_kind"])
    known = texts(language)["missing_mark"]
    return str(words["not_a_kind"].format(reason=known.get(reason) or visible(reason)))


def _painted(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
