"""The report that people read: one HTML file, without script and without external request."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.comparison import cell_of, documents_of, mark, tables
from reports.summary import causes, counts, normalisation, occurrences, say, sentence, untested
from reports.terminal import skipped_reason
from reports.texts import texts
from reports.visible import visible
from validators.model import Comparison, Outcome, RunReport

SHOWN = 100
"""Occurrences shown of each cause; all are in run.json."""

PRESSING = (Outcome.ERROR, Outcome.FAIL, Outcome.REVIEW)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    return environment


def render(report: RunReport, language: str) -> str:
    """The report as the text of an HTML document in ``language``."""
    found = causes(report)
    pressing = [cause for cause in found if cause.outcome in PRESSING]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            language=language,
            words=texts(language),
            sentence=sentence(report, language),
            counts=counts(report),
            pressing=pressing,
            remarks=[cause for cause in found if cause.outcome not in PRESSING],
            untested=_untested(report, language),
            tone=_tone(report),
            shown=SHOWN,
            say=lambda text: say(text, language),
            number=lambda value: _number(value, language),
            occurrences=lambda cause: occurrences(
                cause, language, _number(cause.occurrences, language)
            ),
            comparisons=tables(report),
            compared=documents_of(report),
            mark=mark,
            cell_of=_cell,
            normalisation=lambda defect: normalisation(defect, language),
            skipped=[(name, skipped_reason(reason, language)) for name, reason in report.skipped],
            requirement_of={one.id: one for one in report.requirements},
        )
    )


def _untested(report: RunReport, language: str) -> list[tuple[str, list[Any]]]:
    """The requirements not tested, grouped by their reason."""
    grouped: dict[str, list[Any]] = {}
    for requirement, reason in untested(report, language):
        grouped.setdefault(reason, []).append(requirement)
    return sorted(grouped.items(), key=lambda pair: -len(pair[1]))


def _tone(report: RunReport) -> str:
    """Which of the three colours of the first screen the verdict has."""
    return {"conforming": "ok", "inconclusive": "warn"}.get(report.verdict.name, "ko")


def _number(value: int, language: str) -> str:
    """An integer with the thousands separator of the language."""
    separator = "\u202f" if language == "fr" else ","
    return f"{value:,}".replace(",", separator)


def _cell(row: Comparison, document: str) -> dict[str, Any] | None:
    """What a document says of a field, as the template reads it."""
    found = cell_of(row, document)
    return found._asdict() if found else None
