"""``derogations.toml``: deviations that somebody accepts, with a reason and an end.

A derogation stands beside the finding and changes nothing: not the outcome, not the verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from drimcheck.declared.rows import rows
from validators.model import DEVIATIONS, Derogation, RunReport

NEEDED = {"rule": str, "reason": str, "author": str, "approver": str, "until": date}
IN_FORCE, EXPIRED, UNUSED = "in-force", "expired", "unused"


def read(path: Path) -> list[Derogation]:
    """The derogations of a file. Raises OSError, BadFile."""
    return [
        Derogation(
            row.text("rule"), row.text("reason"), row.text("author"), row.text("approver"),
            row.values["until"].isoformat(), row.text("subject"),
        )
        for row in rows(path, "derogation", NEEDED, {"subject": str})
    ]  # fmt: skip


def weighed(found: Sequence[Derogation], report: RunReport, today: date) -> list[Derogation]:
    """Each with its state: over, of use to nothing in the report, or in force."""
    return [replace(one, state=_state(one, report, today)) for one in found]


def _state(one: Derogation, report: RunReport, today: date) -> str:
    if today > date.fromisoformat(one.until):
        return EXPIRED
    met = any(
        result.rule == one.rule and result.outcome in DEVIATIONS
        for subject in report.subjects
        if one.subject in ("", subject.name)
        for result in subject.results
    )
    return IN_FORCE if met else UNUSED
