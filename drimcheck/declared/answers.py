"""``answers.toml``: what a person found, for what a machine cannot judge.

An answer is about a scenario (what was seen), a requirement without rules, or a finding to review.
It has the name of who answers, a date, a statement, and a file that shows it. Without an answer
the thing stays to be reviewed, and the run inconclusive: it is never passed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from drimcheck.declared.rows import Row, rows
from validators.model import Attestation, Outcome, RunReport

HELD = {"scenario": "seen", "requirement": "conforming", "rule": "conforming"}
"""What an answer may be about, and the key that says what was found."""
NEEDED = {"name": str, "date": date, "statement": str, "evidence": str}
MORE = {"scenario": str, "requirement": str, "rule": str, "subject": str, "seen": bool,
        "conforming": bool}  # fmt: skip


def read(path: Path) -> list[Attestation]:
    """The answers of a file. Raises OSError, BadFile."""
    found: dict[tuple[str, str, str], Attestation] = {}
    for row in rows(path, "answer", NEEDED, MORE):
        one = _read(path.parent, row)
        if (one.about, one.id, one.subject) in found:
            raise row.refused(f"{one.about} {one.id} is answered twice; leave one answer")
        found[one.about, one.id, one.subject] = one
    return list(found.values())


def _read(folder: Path, row: Row) -> Attestation:
    about = [name for name in HELD if row.values.get(name)]
    if len(about) != 1:
        raise row.refused(f"names one of: {', '.join(HELD)}")
    key = HELD[about[0]]
    if key not in row.values:
        raise row.refused(f"{key} is missing")
    evidence = folder / row.text("evidence")
    if not evidence.is_file():
        raise row.refused(f"evidence: {evidence}: no such file")
    return Attestation(
        about=about[0],
        id=row.text(about[0]),
        holds=row.values[key],
        name=row.text("name"),
        on=row.values["date"].isoformat(),
        statement=row.text("statement"),
        evidence=row.text("evidence"),
        sha256=hashlib.sha256(evidence.read_bytes()).hexdigest(),
        subject=row.text("subject"),
    )


def form(report: RunReport, language: str) -> str:
    """The file to fill in, a table for each thing that is open; "" where nothing is."""
    return "\n".join(line for one in _open(report, language) for line in one)


def _open(report: RunReport, language: str) -> Iterator[Sequence[str]]:
    from reports.summary import causes, say

    for one in report.scenarios:
        for question in one.reviews:
            yield _table([say(question, language)], "scenario", one.id)
    for cause in causes(report):
        if cause.outcome is Outcome.REVIEW:
            yield _table([say(cause.rule.title, language)], "rule", cause.rule.id)
    answered = {one.id for one in report.attestations if one.used}
    for need in report.requirements:
        if need.testable == "manual" and need.id not in answered:
            reason = [say(need.reason, language)] if need.reason else []
            yield _table([say(need.statement, language), *reason], "requirement", need.id)


def _table(said: Sequence[str], about: str, name: str) -> list[str]:
    """An empty answer; what is to be set stands behind a comment sign."""
    return [*(f"# {one}" for one in said), "[[answer]]", f'{about} = "{name}"',
            f"# {HELD[about]} = true", '# name = ""', "# date = 2026-01-31",
            '# statement = ""', '# evidence = "screen.png"', ""]  # fmt: skip
