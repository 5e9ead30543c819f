"""Two runs compared, finding by finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drimcheck.evidence.runs import Found, findings, outcomes

JUDGED = frozenset({"pass", "fail", "warn", "info", "review"})
SAID = ("title", "why", "fix", "level", "basis", "verifies")
"""What of a rule makes it another one to its reader."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The findings of two runs. ``gone`` are those that the second run did not judge.

    ``changed`` are findings that both have, whose rule says or weighs otherwise now.
    """

    new: tuple[Found, ...]
    fixed: tuple[Found, ...]
    unchanged: tuple[Found, ...]
    changed: tuple[tuple[Found, Found], ...]
    gone: tuple[Found, ...]
    rule_sets: tuple[str, str]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What became of each finding of the first run, and the new ones of the second."""
    first = {one.id: one for one in findings(before)}
    second = {one.id: one for one in findings(after)}
    judged = {key for key, outcome in outcomes(after).items() if outcome in JUDGED}
    both = [(one, second[name]) for name, one in first.items() if name in second]
    lost = [one for name, one in first.items() if name not in second]
    moved = {was.id for was, now in both if _changed(was, now, before, after)}
    return Difference(
        new=tuple(one for name, one in second.items() if name not in first),
        fixed=tuple(one for one in lost if (one.subject, one.rule) in judged),
        unchanged=tuple(was for was, _ in both if was.id not in moved),
        changed=tuple(pair for pair in both if pair[0].id in moved),
        gone=tuple(one for one in lost if (one.subject, one.rule) not in judged),
        rule_sets=(before["suite"]["rule_set"], after["suite"]["rule_set"]),
    )


def _changed(was: Found, now: Found, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    one, other = before["rules"].get(was.rule, {}), after["rules"].get(now.rule, {})
    return was.outcome != now.outcome or any(one.get(key) != other.get(key) for key in SAID)
