"""``expected.toml``: failures that are known, with a reason, an owner and an end.

They stay in the report, and do not fail a pipeline. A rule that passes where it was expected to
fail, one that no longer runs, and one whose time is over do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from drimcheck.declared.rows import rows
from reports.texts import texts
from validators.model import Outcome, RunReport
from validators.verdict import NON_CONFORMING, TOOL_ERROR, UNREACHABLE, USAGE

NEEDED = {"rule": str, "reason": str, "owner": str, "until": date}


@dataclass(frozen=True, slots=True)
class Expectation:
    """A failure of a rule that is known, in one scenario or wherever it is."""

    rule: str
    reason: str
    owner: str
    until: date
    scenario: str = ""


def read(path: Path) -> list[Expectation]:
    """The expectations of a file. Raises OSError, BadFile."""
    return [
        Expectation(
            row.text("rule"), row.text("reason"), row.text("owner"), row.values["until"],
            row.text("scenario"),
        )
        for row in rows(path, "known", NEEDED, {"scenario": str})
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the expectations make of a run: a line for each, and the exit code of a pipeline."""

    lines: tuple[str, ...]
    exit_code: int


def weigh(report: RunReport, known: Sequence[Expectation], on: date, language: str) -> Weighed:
    """The exit code once the failures that are known are left out."""
    words = texts(language)["expected"]
    lines, broken = [], False
    excused: set[tuple[str, str]] = set()
    for one in known:
        outcomes = _outcomes(report, one)
        if on > one.until:
            said, bad = words["over"].format(until=one.until), True
        elif Outcome.FAIL in outcomes:
            said, bad = words["fails"], False
            excused |= {(name, one.rule) for name in outcomes[Outcome.FAIL]}
        elif outcomes:
            said, bad = words["passes"], True
        else:
            said, bad = words["did_not_run"], True
        broken = broken or bad
        where = words["where"].format(scenario=one.scenario) if one.scenario else ""
        lines.append(f"{one.rule}{where}{words['colon']}{said} ({one.reason}; {one.owner})")
    failed = any(
        result.outcome is Outcome.FAIL and (subject.name, result.rule) not in excused
        for subject in report.subjects
        for result in subject.results
    )
    code = report.verdict.otherwise
    if (failed or broken) and code not in (USAGE[1], TOOL_ERROR[1], UNREACHABLE[1]):
        code = NON_CONFORMING[1]
    return Weighed(tuple(lines), code)


def _outcomes(report: RunReport, one: Expectation) -> dict[Outcome, list[str]]:
    """What a rule came to, with the subjects of it."""
    found: dict[Outcome, list[str]] = {}
    for subject in report.subjects:
        if one.scenario and not subject.name.startswith(f"{one.scenario}: "):
            continue
        for result in subject.results:
            if result.rule == one.rule and result.outcome in (Outcome.FAIL, Outcome.PASS):
                found.setdefault(result.outcome, []).append(subject.name)
    return found
