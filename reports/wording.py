"""A finding in one line, as every format for machines says it."""

from __future__ import annotations

from reports.findings import Finding
from reports.summary import normalisation, say
from reports.texts import texts
from reports.visible import visible
from validators.model import Defect, Outcome, RunReport


def values(defect: Defect, language: str) -> tuple[str, str]:
    """What was expected and what was found, each said where it is absent or empty."""
    words = texts(language)["word"]
    expected = visible(defect.expected) or words["absent"]
    if defect.actual is None:
        return expected, words["absent"]
    return expected, visible(defect.actual) or words["empty"]


def message(report: RunReport, one: Finding, language: str) -> str:
    """What should hold, what was expected and found; a finding to review says so first."""
    words = texts(language)
    expected, found = values(one.defect, language)
    said = say(report.rules[one.rule].title, language)
    if one.outcome is Outcome.REVIEW:
        said = f"{words['outcome']['review']}{words['word']['colon']}{said}"
    colon = words["word"]["colon"]
    if one.defect.against:
        expected += f" ({words['word']['against']} {visible(one.defect.against)})"
    said += f" {words['word']['expected']}{colon}{expected}."
    said += f" {words['word']['found']}{colon}{found}."
    if one.defect.normalised:
        said += f" [{normalisation(one.defect, language)}]"
    return said


def place(one: Finding, language: str) -> str:
    """Where a finding is: subject, path, and the line or byte where it is known."""
    words = texts(language)["word"]
    said = f"{visible(one.subject)} {visible(one.defect.path)}".strip()
    if one.defect.line is not None:
        said += f" ({words['line']} {one.defect.line})"
    elif one.defect.offset is not None:
        said += f" ({words['offset']} {one.defect.offset})"
    return said
