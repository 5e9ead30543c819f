"""``codeclimate.json``: the findings as GitLab shows them in a merge request (Code Quality).

The members are those that GitLab reads of the Code Climate specification; a finding without a line
stands at line 1, which GitLab asks for. Errors of this tool are no findings of the subject, and are
not here: the exit code says them.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from reports.findings import Finding, findings, identity
from reports.places import Places
from reports.visible import visible
from reports.wording import message
from validators.model import Outcome, RunReport

SEVERITY = {
    Outcome.FAIL: "critical",
    Outcome.REVIEW: "major",
    Outcome.WARN: "minor",
    Outcome.INFO: "info",
}
"""By outcome; a review that is pending keeps the run from being conclusive, a warning does not."""


def dumps(report: RunReport, language: str) -> str:
    """The text of ``codeclimate.json``: every occurrence, in the order of the subjects."""
    places = Places(report)
    seen: Counter[str] = Counter()
    issues = []
    for one in findings(report):
        if one.outcome in SEVERITY:
            issues.append(_issue(report, one, places, seen[one.id], language))
            seen[one.id] += 1
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"


def _issue(
    report: RunReport, one: Finding, places: Places, before: int, language: str
) -> dict[str, Any]:
    """A finding. ``before`` counts those of its identity: GitLab shows one issue a fingerprint."""
    return {
        "type": "issue",
        "check_name": one.rule,
        "description": _description(report, one, places, language),
        "categories": ["Compatibility"],
        "severity": SEVERITY[one.outcome],
        "fingerprint": identity(one.id, str(before)) if before else one.id,
        "location": {
            "path": visible(places.file_of(one.subject) or one.subject),
            "lines": {"begin": _line(one, places)},
        },
    }


def _description(report: RunReport, one: Finding, places: Places, language: str) -> str:
    """What was found, and where; the subject too where it is no file by itself."""
    said = [message(report, one, language), visible(one.defect.path)]
    if not places.is_file(one.subject):
        said.insert(1, visible(one.subject))
    return " ".join(filter(None, said))


def _line(one: Finding, places: Places) -> int:
    """The line in the file; of what is inside it, its first."""
    return one.defect.line or 1 if places.is_file(one.subject) else 1
