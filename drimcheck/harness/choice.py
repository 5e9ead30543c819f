"""What a run is to do: its scope, its scenarios, the requirements that they may test."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from drimcheck.concluding import Usage

if TYPE_CHECKING:
    from drimcheck.harness.scenario import Scenario

SCOPES = ("auto", "attended", "all")
MODULES = ("test_source", "test_conso")


def declare(options: argparse.Namespace) -> None:
    """What the run is held to: the scope, and in an audit what has no place there. Raises Usage."""
    if not options.audit:
        options.scope = options.scope or "auto"
        return
    given = {
        "--role": options.role, "--subject": options.subjects,
        "--break": options.breaks,
        "--keep-going": options.keep_going, "--scope": options.scope not in (None, "all"),
    }  # fmt: skip
    wrong = [name for name, value in given.items() if value]
    if wrong:
        raise Usage(f"{wrong[0]} has no place in an audit, which takes all; leave it out")
    if options.expected:
        print("drimcheck: an audit knows no expected failures; --expected is ignored",
              file=sys.stderr)  # fmt: skip
    options.scope, options.expected = "all", None


def chosen_scenarios(options: argparse.Namespace) -> list[Scenario]:
    """The scenarios that the command names, in their order. Raises Usage.

    A scenario may be named by ``--only`` too; what is left there are rules and requirements.
    """
    from importlib import import_module

    from drimcheck.harness.scenario import SCENARIOS

    for name in MODULES:
        import_module(f"drimcheck.scenarios.{name}")
    wanted = set(options.subjects or ()) - {""} | (SCENARIOS.keys() & options.only)
    options.subjects = sorted(wanted)
    options.only = [name for name in options.only if name not in SCENARIOS]
    known = {one.subject for one in SCENARIOS.values()} | SCENARIOS.keys()
    unknown = sorted(wanted - known)
    if unknown:
        raise Usage(f"unknown subject {unknown[0]!r}; see: drimcheck run --dry-run")
    found = [
        one
        for one in SCENARIOS.values()
        if options.role in (None, one.role)
        and ({one.id, one.subject} & wanted or not (wanted or too_long(one, options.scope)))
    ]
    before = {name for one in found for name in one.after}
    return [one for one in SCENARIOS.values() if one in found or one.id in before]


def too_long(one: Scenario, scope: str) -> bool:
    """Whether a scenario runs only when it is named."""
    return one.long and scope != "all"


def listed(chosen: list[Scenario], options: argparse.Namespace) -> int:
    """Print the scenarios: id, letter, role, title, needs; and the requirements of the profile."""
    from drimcheck.judging import plan_of
    from validators.kinds import JUDGED

    language = options.lang
    for one in chosen:
        letter = f"({one.subject})" if one.subject else ""
        title = getattr(one.title, language)
        print(f"{one.id:28} {letter:6} {one.role:7} {title}  [{', '.join(one.needs)}]")
    print()
    plans = [plan_of(options, kind, {}) for kind in JUDGED]
    verified = {name for plan in plans for each in plan.rules for name in each.rule.verifies}
    found = {need.id: (need, plan.levels[need.id]) for plan in plans for need in plan.requirements
             if need.id in verified}  # fmt: skip
    for need, level in found.values():
        print(f"{need.id:28} {level.value:6} {getattr(need.statement, language)}")
    return 0
