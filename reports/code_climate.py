"""``codeclimate.json``: the findings as GitLab shows them in a merge request (Code Quality).

The members are those that GitLab reads of the Code Climate specification; a finding without a line
stands at line 1, which GitLab asks for. Errors of this tool are no findings of the subject, and are
not here: the exit code says them.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from reports.findings import findings
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
    issues = {
        one.id: {
            "type": "issue",
            "check_name": one.rule,
            "description": f"{message(report, one, language)} {visible(one.defect.path)}".strip(),
            "categories": ["Compatibility"],
            "severity": SEVERITY[one.outcome],
            "fingerprint": one.id,
            "location": {
                "path": visible(PurePosixPath(one.subject).as_posix()),
                "lines": {"begin": one.defect.line or 1},
            },
        }
        for one in findings(report)
        if one.outcome in SEVERITY
    }
    return json.dumps(list(issues.values()), ensure_ascii=False, indent=1) + "\n"
