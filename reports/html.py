"""The report that people read: one HTML file, without external request, whole without script."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import budget
from reports.comparison import cell_of, documents_of, mark, tables
from reports.lanes import lanes
from reports.page import GRAVE, Views, coverage, listed, own_rows, pictures
from reports.summary import counts, normalisation, occurrences, say, sentence, untested_by_reason
from reports.terminal import skipped_reason
from reports.texts import texts
from reports.visible import visible
from validators.model import Comparison, RunReport


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
    environment.filters["visible_lines"] = _visible_lines
    return environment


def _visible_lines(text: str) -> str:
    """A text of several lines, each made visible."""
    return "\n".join(map(visible, text.strip().split("\n")))


@cache
def _asset(name: str) -> str:
    return files("reports.templates").joinpath(name).read_text(encoding="utf-8").strip()


def policy(running: str) -> str:
    """The Content-Security-Policy: nothing but the styles and the script of the report itself."""
    styles = " ".join(f"'{_digest(one)}'" for one in (_asset("report.css"), running))
    script = _digest(_asset("report.js"))
    return (
        f"default-src 'none'; style-src {styles}; script-src '{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _running(report: RunReport, language: str) -> str:
    """The style that puts product, verdict, profile, date and rule set at the head of each page."""
    one = report.product
    named = f"{one.name} {one.version}".strip() if one else ""
    said = (named, texts(language)["verdict"][report.verdict.name], report.profile,
            _day(report.on, language), report.rule_set[:12])  # fmt: skip
    text = " · ".join(visible(each) for each in said if each)
    escaped = "".join(f"\\{ord(letter):06x}" for letter in text)
    return f'@media print{{@page{{@top-left{{content:"{escaped}";font:8pt sans-serif}}}}}}'


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def render(report: RunReport, language: str) -> str:
    """The report as the text of an HTML document in ``language``."""
    running = _running(report, language)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            language=language,
            words=texts(language),
            policy=policy(running),
            running=Markup(running),  # noqa: S704 - each character is an escape of CSS
            css=Markup(_asset("report.css")),  # noqa: S704 - a file of this package
            js=Markup(_asset("report.js")),  # noqa: S704 - a file of this package
            **_in_words(language),
            **_shown(report, language),
        )
    )


def _in_words(language: str) -> dict[str, Any]:
    """How texts, numbers and days are written in a language."""
    return {
        "say": lambda text: say(text, language),
        "number": lambda value: _number(value, language),
        "day": lambda value: _day(value, language),
        "occurrences": lambda cause: occurrences(
            cause, language, _number(cause.occurrences, language)
        ),
        "normalisation": lambda defect: normalisation(defect, language),
        "mark": mark,
        "cell_of": _cell,
    }


def _shown(report: RunReport, language: str) -> dict[str, Any]:
    """What the page shows of a report, section by section."""
    views = Views(report, language).causes()
    broken = [subject.name for subject in report.subjects
              if any(one.outcome in GRAVE for one in subject.results)]  # fmt: skip
    return {
        "sentence": sentence(report, language),
        "counts": counts(report),
        "coverage": coverage(report),
        "tone": _tone(report),
        "pressing": [one for one in views if one.cause.outcome in GRAVE],
        "remarks": [one for one in views if one.cause.outcome not in GRAVE],
        "found_rules": {one.cause.rule.id for one in views},
        "untested": untested_by_reason(report, language),
        "skipped": [(name, skipped_reason(reason, language)) for name, reason in report.skipped],
        "drawings": {one.id: lanes(one, broken) for one in report.scenarios if one.timeline},
        "pictures": pictures(report),
        "comparisons": tables(report),
        "compared": documents_of(report),
        "requirement_of": {one.id: one for one in report.requirements},
        "own": own_rows(report),
        "listed": listed(report),
        "most": budget.SUBJECTS,
    }


def _tone(report: RunReport) -> str:
    """Which of the three colours of the first screen the verdict has."""
    return {"conforming": "ok", "inconclusive": "warn"}.get(report.verdict.name, "ko")


def _number(value: int, language: str) -> str:
    """An integer with the thousands separator of the language."""
    separator = "\u202f" if language == "fr" else ","
    return f"{value:,}".replace(",", separator)


def _day(value: str, language: str) -> str:
    """A day of ISO 8601 as the language writes it: 24 novembre 2026, 24 November 2026."""
    year, month, day = (int(part) for part in value.split("-"))
    first = "1er" if language == "fr" and day == 1 else str(day)
    return f"{first} {texts(language)['calendar']['months'][month - 1]} {year}"


def _cell(row: Comparison, document: str) -> dict[str, Any] | None:
    """What a document says of a field, as the template reads it."""
    found = cell_of(row, document)
    return found._asdict() if found else None
