"""``requirements.csv`` and ``findings.csv``: what a spreadsheet shows, filters and sorts.

The form is that of RFC 4180: records end in CRLF, a value with a separator or a quote is quoted.
The files begin with a byte order mark, without which Excel takes UTF-8 for the code page of the
machine. The separator is the semicolon in French and the comma in English: Excel splits by the list
separator of the region, and most readers of each language have that one.

No value is a formula: where one would begin (=, +, -, @, their full-width forms), at the beginning
of the value or after a separator, stands an apostrophe. Control and invisible characters, a tab and
a line end among them, are written as their code points.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import StringIO

from reports.declarations import Declarations, answer_line, derogation_line
from reports.findings import findings
from reports.summary import say, untested
from reports.texts import texts
from reports.visible import visible
from reports.wording import values
from validators.model import (
    DEVIATIONS,
    Derogation,
    Level,
    Outcome,
    OwnRequirement,
    RequirementReport,
    RunReport,
)

SEPARATOR = {"fr": ";", "en": ","}
MARK = "\ufeff"
FORMULA = re.compile(r"(^|[;,|])(?=[\s'\"]*[=+\-@＝＋－＠])")
"""Where a spreadsheet would see a formula, were the cell split there (OWASP, CSV Injection)."""
BETWEEN = " | "

REQUIREMENTS = (
    "requirement", "document", "edition", "section", "level", "basis", "confidence", "testable",
    "outcome", "rules", "findings", "reason", "derogation", "attestation", "statement",
)  # fmt: skip
OWN = ("own", "own_title")
FINDINGS = (
    "finding", "rule", "outcome", "subject", "path", "line", "offset", "expected", "found",
    "against", "requirements", "derogation",
)  # fmt: skip


def requirements_csv(report: RunReport, language: str) -> str:
    """A row for each requirement: what the run came to on it, and why where it was not tested.

    With a list of the user's own, a row for each of its lines and each requirement that it stands
    for; then those of this suite that no line stands for, with no number before them.
    """
    rows = _Rows(report, language)
    if not report.own:
        return _written(REQUIREMENTS, map(rows.of, report.requirements), language)
    return _written((*OWN, *REQUIREMENTS), rows.own(), language)


def findings_csv(report: RunReport, language: str) -> str:
    """A row for each occurrence, in the order of the subjects."""
    words, beside = texts(language), Declarations(report)
    rows = (
        (
            one.id, one.rule, words["outcome"][one.outcome], one.subject, one.defect.path,
            _number(one.defect.line), _number(one.defect.offset), *values(one.defect, language),
            one.defect.against, " ".join(report.rules[one.rule].verifies),
            BETWEEN.join(
                derogation_line(each, language)
                for each in beside.of_finding(one.rule, one.subject)
            ),
        )
        for one in findings(report)
    )  # fmt: skip
    return _written(FINDINGS, rows, language)


class _Rows:
    """The cells of requirements."""

    def __init__(self, report: RunReport, language: str) -> None:
        self.report = report
        self.language = language
        self.words = texts(language)
        self.beside = Declarations(report)
        self.editions = {one.id: say(one.edition, language) for one in report.documents}
        self.found = Counter(one.rule for one in findings(report) if one.outcome in DEVIATIONS)
        self.capped = {
            result.rule
            for subject in report.subjects
            for result in subject.results
            if result.note and result.outcome in DEVIATIONS
        }
        self.why = {one.id: reason for one, reason in untested(_all_binding(report), language)}

    def of(self, one: RequirementReport) -> tuple[str, ...]:
        return (
            one.id, one.document, self.editions.get(one.document, ""), one.section,
            self.words["level"][one.level], self.words["basis"][one.basis], one.confidence,
            self.words["testable"][one.testable], self.words["outcome"][one.outcome],
            " ".join(one.rules), self._count(one),
            self._reason(one),
            self._joined(
                " ".join(filter(None, (each.rule, each.subject, self._accepted(each))))
                for each in self.beside.of_rules(one.rules)
            ),
            self._joined(answer_line(each, self.language) for each in self.beside.answers(one)),
            say(one.statement, self.language),
        )  # fmt: skip

    def own(self) -> Iterator[tuple[str, ...]]:
        ours = {one.id: one for one in self.report.requirements}
        for line in self.report.own:
            if not line.ours:
                yield self._without(line, "", self.words["csv"]["no_rule"])
            for name in line.ours:
                if name in ours:
                    yield (line.id, line.title, *self.of(ours[name]))
                else:
                    yield self._without(line, name, self.words["csv"]["not_in_run"])
        named = {name for line in self.report.own for name in line.ours}
        for one in self.report.requirements:
            if one.id not in named:
                yield ("", "", *self.of(one))

    def _without(self, line: OwnRequirement, name: str, why: str) -> tuple[str, ...]:
        cells = {"own": line.id, "own_title": line.title, "requirement": name, "outcome": why}
        return tuple(cells.get(column, "") for column in (*OWN, *REQUIREMENTS))

    def _count(self, one: RequirementReport) -> str:
        """How many findings its rules made; at least so many where a rule stopped counting."""
        count = sum(self.found[rule] for rule in one.rules)
        return f"≥ {count}" if self.capped.intersection(one.rules) else str(count)

    def _accepted(self, one: Derogation) -> str:
        return derogation_line(one, self.language)

    def _reason(self, one: RequirementReport) -> str:
        if one.outcome is not Outcome.NOT_TESTED:
            return ""
        return self.why[one.id]

    @staticmethod
    def _joined(lines: Iterable[str]) -> str:
        return BETWEEN.join(dict.fromkeys(lines))


def _all_binding(report: RunReport) -> RunReport:
    """The report as if permissions bound: what was not tested of them has its reason here too."""
    bound = (replace(one, level=Level.SHALL) for one in report.requirements)
    return replace(report, requirements=tuple(bound))


def _written(columns: Iterable[str], rows: Iterable[Iterable[str]], language: str) -> str:
    heads = texts(language)["csv"]
    out = StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR[language], lineterminator="\r\n")
    writer.writerow(heads[name] for name in columns)
    writer.writerows(map(inert, row) for row in rows)
    return MARK + out.getvalue()


def inert(value: str) -> str:
    """A value as a cell that no spreadsheet evaluates, nor splits into one that it would."""
    return FORMULA.sub(r"\1'", visible(value))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
