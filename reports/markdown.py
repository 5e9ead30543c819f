"""``summary.md``: the run for the page of a job, in the Markdown of GitHub and GitLab.

Every value stands in a code span. The text is bounded: of a long list it says how many are left
out, and at ``LIMIT`` bytes how many lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from reports.declarations import Declarations
from reports.markup import code, prose
from reports.page import coverage
from reports.summary import Cause, causes, occurrences, say, sentence, untested_by_reason
from reports.terminal import skipped_reason
from reports.texts import texts
from reports.wording import values
from validators.model import Defect, Outcome, RunReport

LIMIT = 190_000
"""Bytes. A step summary of GitHub holds 1 MiB over all that a step writes there."""
SHOWN = 100
"""Lines of a list."""


def dumps(report: RunReport, language: str) -> str:
    """The text of ``summary.md``."""
    found = causes(report)
    parts = (
        _verdict(report, language),
        _levels(report, language),
        _causes(report, found, language),
        _unread(report, language),
        _untested(report, language),
        _scenarios(report, language),
        _product(report, language),
        _hosts(report, language),
        ["", f"_{prose(texts(language)['word']['no_decision'])}_"],
    )
    return "\n".join(_bounded([line for part in parts for line in part], language)) + "\n"


def _verdict(report: RunReport, language: str) -> Iterator[str]:
    words = texts(language)
    yield f"## {prose(words['verdict'][report.verdict.name])}"
    yield ""
    yield prose(sentence(report, language))
    yield ""
    word = words["word"]
    said = (
        (word["suite"], report.version), (word["profile"], report.profile),
        (word["judged_on"], report.on), (word["rule_set"], report.rule_set),
    )  # fmt: skip
    colon = word["colon"]
    yield " · ".join(f"{prose(name)}{colon}{code(value)}" for name, value in said)


def _title(text: str) -> Iterator[str]:
    yield from ("", f"### {prose(text)}", "")


def _levels(report: RunReport, language: str) -> Iterator[str]:
    """What the requirements of each level came to: the levels are never added up."""
    words = texts(language)
    names = ("level", "all_of", "were_tested", "were_broken", "were_review", "were_not")
    yield ""
    yield f"| {' | '.join(prose(words['word'][name]) for name in names)} |"
    yield f"| --- |{' ---: |' * (len(names) - 1)}"
    for one in coverage(report):
        numbers = (one.all, one.tested, one.broken, one.review, one.not_tested)
        yield f"| {prose(words['level'][one.level])} | {' | '.join(map(str, numbers))} |"


def _causes(report: RunReport, found: Sequence[Cause], language: str) -> Iterator[str]:
    words = texts(language)
    beside = Declarations(report)
    yield from _title(words["markdown"]["causes"])
    if not found:
        yield prose(words["word"]["no_cause"])
    for one in found[:SHOWN]:
        yield from _cause(one, beside, language)
    yield from _more(found, language)


def _cause(cause: Cause, beside: Declarations, language: str) -> Iterator[str]:
    words = texts(language)
    tag = words["level"][cause.rule.level]
    if cause.outcome in (Outcome.REVIEW, Outcome.ERROR):
        tag = words["outcome"][cause.outcome]
    count = occurrences(cause, language, str(cause.occurrences))
    title = prose(say(cause.rule.title, language))
    yield f"- **{prose(tag)}** {code(cause.rule.id)} {title} ({prose(count)})  "
    if cause.defects:
        name, defect = cause.defects[0]
        yield f"  {_place(name, defect, language)}"
        subjects = dict.fromkeys(subject for subject, _ in cause.defects)
        lines = {line: None for subject in subjects
                 for line in beside.lines(cause.rule.id, subject, language)}  # fmt: skip
        yield from (f"  - {code(line)}" for line in list(lines)[:SHOWN])
    for name, note in cause.notes[:1]:
        yield f"  {code(name)} {code(note)}"


def _place(name: str, defect: Defect, language: str) -> str:
    words = texts(language)["word"]
    said = " ".join(code(one) for one in (name, defect.path) if one)
    if defect.line is not None:
        said += f" ({words['line']} {defect.line})"
    elif defect.offset is not None:
        said += f" ({words['offset']} {defect.offset})"
    expected, found = values(defect, language)
    colon = words["colon"]
    return (
        f"{said}{colon}{words['expected'].lower()} {code(expected)},"
        f" {words['found'].lower()} {code(found)}"
    )


def _unread(report: RunReport, language: str) -> Iterator[str]:
    """What was given and could not be judged."""
    words = texts(language)["word"]
    lines = [(one.name, words["unread"].format(reason=one.unread))
             for one in report.subjects if one.unread]  # fmt: skip
    lines += [(name, skipped_reason(reason, language)) for name, reason in report.skipped]
    lines += [(name, texts(language)["markdown"]["missing"]) for name in report.missing]
    if lines:
        yield from _title(words["skipped"])
    yield from (f"- {code(name)} {code(why)}" for name, why in lines[:SHOWN])
    yield from _more(lines, language)


def _untested(report: RunReport, language: str) -> Iterator[str]:
    """The requirements that were not tested, by their reason."""
    words, ordered = texts(language)["word"], untested_by_reason(report, language)
    if ordered:
        yield from _title(words["not_tested"])
    for reason, left in ordered[:SHOWN]:
        names = [one.id for one in left]
        listed = ", ".join(map(code, names[:SHOWN]))
        more = "".join(f", {said[2:]}" for said in _more(names, language))
        yield f"- {prose(reason)} ({len(names)}){words['colon']}{listed}{more}"
    yield from _more(ordered, language)


def _scenarios(report: RunReport, language: str) -> Iterator[str]:
    words = texts(language)
    heads = words["scenario"]
    if not report.scenarios:
        return
    yield from _title(heads["title"])
    yield f"| {heads['scenario']} | {heads['outcome']} | {heads['why']} |"
    yield "| --- | --- | --- |"
    for one in report.scenarios[:SHOWN]:
        letter = f"({one.letter}) " if one.letter else ""
        title = prose(f"{letter}{say(one.title, language)}")
        why = [*([one.reason] if one.reason else []), *one.reviews]
        said = " ".join(code(say(each, language), cell=True) for each in why)
        yield f"| {code(one.id, cell=True)} {title} | {words['outcome'][one.outcome]} | {said} |"
    rest = list(_more(report.scenarios, language))
    yield from ["", *rest] if rest else ()


def _product(report: RunReport, language: str) -> Iterator[str]:
    words = texts(language)
    if report.product is None:
        return
    yield from _title(words["markdown"]["product"])
    for name, value in asdict(report.product).items():
        if value:
            yield f"- {prose(words['product'][name])}{words['word']['colon']}{code(value)}"


def _hosts(report: RunReport, language: str) -> Iterator[str]:
    words = texts(language)
    yield from _title(words["markdown"]["hosts"])
    if not report.hosts:
        yield prose(words["word"]["no_host"])
    yield from (f"- {code(one)}" for one in report.hosts[:SHOWN])
    yield from _more(report.hosts, language)


def _more(found: Sequence[object], language: str) -> Iterator[str]:
    if len(found) > SHOWN:
        more = texts(language)["markdown"]["more"].format(count=len(found) - SHOWN)
        yield f"- {prose(more)}"


def _bounded(lines: Sequence[str], language: str) -> Iterator[str]:
    """The lines that stay below the limit; the first that does not ends them, and is told."""
    size = 0
    for number, line in enumerate(lines):
        size += len(line.encode()) + 1
        if size > LIMIT:
            cut = texts(language)["markdown"]["cut"].format(count=len(lines) - number)
            yield from ("", prose(cut))
            return
        yield line
