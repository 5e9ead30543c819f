"""``run.json``: the comparable part of a run, and the source of every other format."""

from __future__ import annotations

import json
from typing import Any

from validators.model import (
    Comparison,
    Defect,
    Opinion,
    RequirementReport,
    Result,
    RuleText,
    RunReport,
    ScenarioReport,
    SubjectReport,
    Text,
)

SCHEMA = "drimcheck-run-1"


def document(report: RunReport) -> dict[str, Any]:
    """The report as JSON values; equal reports give equal documents."""
    return {
        "schema": SCHEMA,
        "suite": {"name": "drimcheck", "version": report.version, "rule_set": report.rule_set},
        "command": report.command,
        "profile": {"id": report.profile, "title": _text(report.profile_title)},
        "documents": [
            {"id": name, "edition": edition, "title": _text(title)}
            for name, edition, title in report.documents
        ],
        "on": report.on,
        "verdict": {
            "name": report.verdict.name,
            "exit_code": report.verdict.exit_code,
            "failures_by_basis": dict(report.verdict.failures_by_basis),
        },
        "subjects": [_subject(subject) for subject in report.subjects],
        "skipped": [{"name": name, "reason": reason} for name, reason in report.skipped],
        "missing": list(report.missing),
        "rules": {name: _rule(rule) for name, rule in report.rules.items()},
        "requirements": [_requirement(one) for one in report.requirements],
        "scope": report.scope,
        "scenarios": [_scenario(one) for one in report.scenarios],
        "comparisons": [_comparison(one) for one in report.comparisons],
        "second_opinions": {
            "consulted": [{"tool": tool, "tables": tables} for tool, tables in report.consulted],
            "lines": [_opinion(one) for one in report.opinions],
        },
    }


def dumps(report: RunReport) -> str:
    """The text of ``run.json``."""
    return json.dumps(document(report), ensure_ascii=False, indent=1) + "\n"


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "fr": text.fr}


def _subject(subject: SubjectReport) -> dict[str, Any]:
    return {
        "name": subject.name,
        "kind": subject.kind,
        "size": subject.size,
        "sha256": subject.sha256,
        "unread": subject.unread,
        "facts": dict(subject.facts),
        "results": [_result(result) for result in subject.results],
    }


def _scenario(one: ScenarioReport) -> dict[str, Any]:
    return {
        "id": one.id,
        "letter": one.letter,
        "role": one.role,
        "title": _text(one.title),
        "outcome": one.outcome.value,
        "subjects": list(one.subjects),
        "reason": None if one.reason is None else _text(one.reason),
        "cause": one.cause,
        "ways": dict(one.ways),
        "reviews": [_text(each) for each in one.reviews],
    }


def _result(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": result.rule,
        "outcome": result.outcome.value,
        "checked": result.checked,
    }
    if result.defects:
        found["defects"] = [_defect(defect) for defect in result.defects]
    if result.note:
        found["note"] = result.note
    return found


def _defect(defect: Defect) -> dict[str, Any]:
    return {
        "path": defect.path,
        "offset": defect.offset,
        "line": defect.line,
        "against": _encodable(defect.against),
        "normalised": list(defect.normalised),
        "expected": _encodable(defect.expected),
        "actual": None if defect.actual is None else _encodable(defect.actual),
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "group": one.group,
        "field": one.field,
        "agrees": one.agrees,
        "cells": [
            {
                "document": _encodable(cell.document),
                "place": cell.place,
                "values": [_encodable(value) for value in cell.values],
            }
            for cell in one.cells
        ],
    }


def _encodable(value: str) -> str:
    """The value with lone surrogates, which no UTF-8 file can hold, written as escapes."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _opinion(one: Opinion) -> dict[str, Any]:
    return {
        "tool": one.tool,
        "subject": one.subject,
        "line": _encodable(one.line),
        "count": one.count,
        "disagreement": one.disagreement,
        "choice": None if one.choice is None else _text(one.choice),
    }


def _rule(rule: RuleText) -> dict[str, Any]:
    return {
        "name": rule.name,
        "title": _text(rule.title),
        "why": _text(rule.why),
        "fix": _text(rule.fix),
        "level": rule.level.value,
        "basis": rule.basis.value,
        "verifies": list(rule.verifies),
    }


def _requirement(one: RequirementReport) -> dict[str, Any]:
    return {
        "id": one.id,
        "document": one.document,
        "section": one.section,
        "level": one.level.value,
        "basis": one.basis.value,
        "confidence": one.confidence,
        "testable": one.testable,
        "statement": _text(one.statement),
        "reason": None if one.reason is None else _text(one.reason),
        "outcome": one.outcome.value,
        "rules": list(one.rules),
    }
