"""``report.sarif``: the findings as SARIF 2.1.0 (OASIS), which forges and editors show.

A result is one occurrence. What was not tested is no result; an error of this tool is a
notification of its invocation, and the invocation then was not successful. A derogation suppresses
nothing here: it is a suppression in the words of SARIF, beside a result that stays.

A subject that is a file is a physical location; what is inside it, or crossed the wire, has its
place in the notation of its format alone, as a logical location. The results of a run against a
system also name the file that describes it, where there is one: GitHub refuses a result without
a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from reports.declarations import Declarations, derogation_line
from reports.findings import Finding, findings
from reports.places import Places
from reports.sarif_rules import descriptor, text
from reports.summary import sentence
from reports.texts import texts
from reports.visible import visible
from reports.wording import message
from validators.model import DEVIATIONS, Outcome, RunReport

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
VERSION = "2.1.0"
FINGERPRINT = "drimcheckFinding/v1"
"""The identity of a finding (``reports.findings``); what makes it changes with this name."""
GITHUB = "primaryLocationLineHash"
"""The one fingerprint by which GitHub tells alerts apart. Without ours it takes that of a line, and
a DICOM file has none."""
CUT_SHORT = frozenset({"usage-error", "tool-error", "target-unreachable"})
"""Verdicts of a run that did not do what it was asked: without results it is no clean one."""
LEVEL = {
    Outcome.FAIL: "error",
    Outcome.WARN: "warning",
    Outcome.INFO: "note",
    Outcome.REVIEW: "none",
}


def dumps(report: RunReport, language: str) -> str:
    """The text of ``report.sarif``."""
    document = {"$schema": SCHEMA, "version": VERSION, "runs": [_run(report, language)]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _run(report: RunReport, language: str) -> dict[str, Any]:
    places = Places(report)
    indices = {name: index for index, name in enumerate(report.rules)}
    beside = Declarations(report)
    return {
        "tool": {
            "driver": {
                "name": "drimcheck",
                "version": report.version,
                "properties": {"rule_set": report.rule_set},
                "rules": [descriptor(report, one, language) for one in report.rules.values()],
            }
        },
        "language": language,
        "automationDetails": {"id": f"drimcheck/{report.profile}/"},
        "invocations": [_invocation(report, indices, language)],
        "artifacts": places.artifacts,
        "results": [
            _result(report, one, indices, places, beside, language)
            for one in findings(report)
            if one.outcome in DEVIATIONS
        ],
        "properties": _properties(report),
    }


def _result(
    report: RunReport,
    one: Finding,
    indices: dict[str, int],
    places: Places,
    beside: Declarations,
    language: str,
) -> dict[str, Any]:
    said = message(report, one, language)
    if not places.is_file(one.subject):
        said += f" ({visible(one.subject)})"
    found: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": indices[one.rule],
        "kind": "review" if one.outcome is Outcome.REVIEW else "fail",
        "level": LEVEL[one.outcome],
        "message": {"text": text(said)},
        "locations": [places.of(one)],
        "partialFingerprints": {FINGERPRINT: one.id, GITHUB: f"{one.id}:1"},
    }
    if not report.derogations:
        return found
    # All results of a run have suppressions, an empty list too, or none has (SARIF 3.27.23).
    accepted = [derogation_line(each, language) for each in beside.accepted(one.rule, one.subject)]
    return {**found, "suppressions": list(map(_suppression, accepted))}


def _suppression(why: str) -> dict[str, Any]:
    return {"kind": "external", "status": "accepted", "justification": visible(why)}


def _invocation(report: RunReport, indices: dict[str, int], language: str) -> dict[str, Any]:
    """How the command ended (SARIF 3.20); errors of ours, and what was not judged, are told."""
    errors = list(_errors(report, indices))
    notes = [*errors, *_unread(report, language)]
    found = {
        "executionSuccessful": not errors and report.verdict.name not in CUT_SHORT,
        "exitCode": report.verdict.exit_code,
        "exitCodeDescription": sentence(report, language),
        "arguments": [visible(one) for one in report.arguments],
    }
    return {**found, "toolExecutionNotifications": notes} if notes else found


def _errors(report: RunReport, indices: dict[str, int]) -> Iterator[dict[str, Any]]:
    for subject in report.subjects:
        for result in subject.results:
            if result.outcome is Outcome.ERROR:
                yield {
                    "level": "error",
                    "message": {"text": text(f"{visible(subject.name)}: {visible(result.note)}")},
                    "associatedRule": {"id": result.rule, "index": indices[result.rule]},
                }


def _unread(report: RunReport, language: str) -> Iterator[dict[str, Any]]:
    """What was given and could not be judged."""
    unread, gone = texts(language)["word"]["unread"], texts(language)["markdown"]["missing"]
    told = [(one.name, unread.format(reason=one.unread)) for one in report.subjects if one.unread]
    told += [(name, gone) for name in report.missing]
    for name, why in told:
        yield {"level": "warning", "message": {"text": text(f"{visible(name)}: {visible(why)}")}}


def _properties(report: RunReport) -> dict[str, Any]:
    """What SARIF has no member for."""
    found: dict[str, Any] = {
        "profile": report.profile,
        "on": report.on,
        "mode": report.mode,
        "values": report.values,
        "verdict": report.verdict.name,
        "hosts": [visible(one) for one in report.hosts],
    }
    if report.product is not None:
        found["product"] = {
            key: visible(value) for key, value in asdict(report.product).items() if value
        }
    return found
