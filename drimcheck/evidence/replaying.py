"""One finding of a run looked for again: the command of the run, for its rule or scenario alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from drimcheck.evidence.runs import (
    OF_FILES,
    Found,
    NotARun,
    findings,
    harmless,
    made_by,
    outcomes,
)
from reports.commands import narrowed
from reports.findings import steady

UNTOUCHED = frozenset({"not_tested", "not_applicable", "not_effective"})
"""Outcomes of a rule that met nothing to judge."""


class Replayed(NamedTuple):
    """A finding as it is now, or as it was; ``persists`` is None where it was not judged."""

    finding: Found
    persists: bool | None


def replay(before: Mapping[str, Any], name: str, *, allowed: bool) -> Replayed:
    """Whether a finding is still there. Raises NotARun, OSError.

    ``name`` is its identity, the beginning of one, or a rule. A command that reaches hosts, or
    starts others, is made again where that is ``allowed``.
    """
    one = _chosen(before, name)
    after = made_by(_command(before, one, allowed=allowed))
    scenario = _scenario(before, one)
    kept = [each for each in findings(after) if _same(each, one, scenario)]
    judged = any(
        rule == one.rule and outcome not in UNTOUCHED and _about(subject, one, scenario)
        for (subject, rule), outcome in outcomes(after).items()
    )
    if kept:
        return Replayed(kept[0], persists=True)
    return Replayed(one, persists=False if judged else None)


def _chosen(run: Mapping[str, Any], name: str) -> Found:
    """The finding that is meant. Raises NotARun where none is, or several."""
    found = [one for one in findings(run) if one.rule == name] or [
        one for one in findings(run) if name and one.id.startswith(name)
    ]
    if not found:
        raise NotARun(f"no finding {name!r} in this run; its identities are in run.json")
    if len({one.id for one in found}) > 1 and found[0].rule != name:
        raise NotARun(f"{name!r} is the beginning of {len(found)} findings; write more of it")
    return found[0]


def _scenario(run: Mapping[str, Any], one: Found) -> str:
    names = steady(each["name"] for each in run["subjects"])
    return next((each["id"] for each in run["scenarios"]
                 if one.subject in {names.get(name, name) for name in each["subjects"]}),
                "")  # fmt: skip


def _command(run: Mapping[str, Any], one: Found, *, allowed: bool) -> Sequence[str]:
    """The command of the run for the rule, or the scenario, of the finding alone.

    Raises NotARun for one that does more than read files, unless it is ``allowed``.
    """
    arguments = harmless(run["arguments"])
    if not arguments:
        raise NotARun("the run says no command; it cannot be made again")
    if arguments[0] not in OF_FILES and not allowed:
        raise NotARun(f"drimcheck {' '.join(arguments)}: reaches hosts, or starts commands; "
                      "replay it with --run if you trust this run.json")  # fmt: skip
    return narrowed(arguments, _scenario(run, one) or one.rule)


def _same(now: Found, was: Found, scenario: str) -> bool:
    """Whether a finding is that of before; names in a scenario carry the numbers of its run."""
    if not scenario:
        return now.id == was.id
    return now.rule == was.rule and now.path == was.path and _about(now.subject, was, scenario)


def _about(name: str, one: Found, scenario: str) -> bool:
    return name.startswith(f"{scenario}: ") if scenario else name == one.subject
