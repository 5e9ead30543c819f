"""``run.json``: the comparable part of a run, and the source of every other format."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from reports.findings import identified, steady
from validators.model import (
    Comparison,
    Defect,
    DocumentReport,
    Message,
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
_SURROGATE = re.compile("[\ud800-\udfff]")


def document(report: RunReport) -> dict[str, Any]:
    """The report as JSON values; equal reports give equal documents."""
    names = steady(one.name for one in report.subjects)
    return {
        "schema": SCHEMA,
        "suite": {"name": "drimcheck", "version": report.version, "rule_set": report.rule_set},
        "command": report.command,
        "arguments": list(report.arguments),
        "mode": report.mode,
        "values": report.values,
        "product": None if report.product is None else asdict(report.product),
        "hosts": list(report.hosts),
        "profile": {"id": report.profile, "title": _text(report.profile_title)},
        "documents": [_source(one) for one in report.documents],
        "on": report.on,
        "verdict": {
            "name": report.verdict.name,
            "exit_code": report.verdict.exit_code,
            "policy": report.verdict.policy,
            "because": list(report.verdict.because),
            "failures_by_basis": dict(report.verdict.failures_by_basis),
        },
        "subjects": [_subject(one, names[one.name]) for one in report.subjects],
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
        "derogations": [asdict(one) for one in report.derogations],
        "attestations": [asdict(one) for one in report.attestations],
        "disagreements": [
            {
                "id": one.id,
                "sides": [_text(side) for side in one.sides],
                "choice": _text(one.choice),
            }
            for one in report.disagreements
        ],
        "own_requirements": [
            {"id": one.id, "title": one.title, "ours": list(one.ours)} for one in report.own
        ],
    }


def dumps(report: RunReport) -> str:
    """The text of ``run.json``; a lone surrogate, which no UTF-8 file can hold, is its escape."""
    text = json.dumps(document(report), ensure_ascii=False, indent=1)
    return _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text) + "\n"


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "fr": text.fr}


def _source(one: DocumentReport) -> dict[str, Any]:
    return {
        "id": one.id,
        "publisher": one.publisher,
        "edition": _text(one.edition),
        "title": _text(one.title),
        "note": _text(one.note),
        "text": one.text,
    }


def _subject(subject: SubjectReport, steady_name: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": subject.name,
        "kind": subject.kind,
        "size": subject.size,
        "sha256": subject.sha256,
        "unread": subject.unread,
        "facts": dict(subject.facts),
        "results": [_result(steady_name, result) for result in subject.results],
    }
    if subject.messages:
        found["messages"] = [_message(one) for one in subject.messages]
    if subject.pictures:
        found["pictures"] = [
            {"caption": _text(one.caption), "series": one.series, "png": one.png}
            for one in subject.pictures
        ]
    return found


def _message(one: Message) -> dict[str, Any]:
    return {
        "side": one.side,
        "url": one.url,
        "head": one.head,
        "omitted": one.omitted,
        "body": {"size": one.body_size, "sha256": one.body_sha256},
        "parts": [part._asdict() for part in one.parts],
        "part_count": one.part_count,
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
        "timeline": [step._asdict() for step in one.timeline],
    }


def _result(subject: str, result: Result) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": result.rule,
        "outcome": result.outcome.value,
        "checked": result.checked,
    }
    if result.defects:
        found["defects"] = [
            {"id": name, **_defect(defect)} for name, defect in identified(subject, result)
        ]
    if result.note:
        found["note"] = result.note
    return found


def _defect(defect: Defect) -> dict[str, Any]:
    return {
        "path": defect.path,
        "offset": defect.offset,
        "line": defect.line,
        "against": defect.against,
        "normalised": list(defect.normalised),
        "expected": defect.expected,
        "actual": defect.actual,
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "group": one.group,
        "field": one.field,
        "agrees": one.agrees,
        "cells": [
            {
                "document": cell.document,
                "place": cell.place,
                "values": list(cell.values),
            }
            for cell in one.cells
        ],
    }


def _opinion(one: Opinion) -> dict[str, Any]:
    return {
        "tool": one.tool,
        "subject": one.subject,
        "line": one.line,
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
        "good": rule.good,
        "bad": rule.bad,
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
