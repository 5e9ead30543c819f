"""The commands ``verify``, ``diff`` and ``replay``, and the option ``--bundle`` of the others."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drimcheck.evidence.comparing import difference
from drimcheck.evidence.runs import (
    OF_FILES,
    Found,
    NotARun,
    findings,
    harmless,
    made_by,
    outcomes,
    read,
)
from drimcheck.language import default_language
from drimcheck.output import show
from reports.commands import narrowed
from reports.findings import steady
from reports.texts import texts
from reports.visible import visible

CONFORMING, NON_CONFORMING, USAGE, INCONCLUSIVE = 0, 1, 2, 3
GRAVE = frozenset({"fail", "error"})


def add_commands(commands: Any) -> None:
    verify = commands.add_parser("verify", help="say what became of a bundle since it was signed")
    verify.add_argument("bundle", type=Path, metavar="BUNDLE")
    verify.add_argument("--trust", type=Path, action="append", default=[], metavar="PEM",
                        help="key or certificate of who may sign; repeatable")  # fmt: skip
    verify.add_argument("--rejudge", action="store_true",
                        help="judge its inputs again, and compare finding by finding")  # fmt: skip
    verify.set_defaults(run=run_verify)
    diff = commands.add_parser("diff", help="compare two runs, finding by finding")
    for name in ("before", "after"):
        diff.add_argument(name, type=Path, metavar=name.upper(),
                          help="run.json, its folder, or a bundle")  # fmt: skip
    diff.set_defaults(run=run_diff)
    replay = commands.add_parser("replay", help="say whether a finding is still there")
    replay.add_argument("finding", metavar="FINDING",
                        help="its identity in run.json, or the beginning; or a rule")  # fmt: skip
    replay.add_argument("--report", type=Path, default=Path(), metavar="DIR",
                        help="run.json, or its folder; default: here")  # fmt: skip
    replay.add_argument("--run", dest="run_again", action="store_true",
                        help="reach the hosts, or start the commands, of that run")  # fmt: skip
    replay.set_defaults(run=run_replay)
    for one in (verify, diff, replay):
        one.add_argument("--lang", choices=("fr", "en"), default=default_language())


def _refused(problem: Exception) -> int:
    name, reason = getattr(problem, "filename", None), getattr(problem, "strerror", None)
    print(f"drimcheck: {f'{name}: {reason}' if name and reason else problem}", file=sys.stderr)
    return USAGE


def run_verify(options: argparse.Namespace) -> int:
    """0 where all is as it was signed, 1 where not, 3 where the signer is not trusted."""
    from drimcheck.evidence.signing import BadKey, anchor
    from drimcheck.evidence.verifying import NotABundle, lines_of, rejudge, verify

    words = texts(options.lang)["bundle"]
    try:
        trust = list(map(anchor, options.trust))
        found = verify(options.bundle, trust)
        for line in lines_of(found, words):
            show(visible(line))
        if options.rejudge and found.whole:
            again = rejudge(options.bundle, found)
            show(words["rejudged"].format(same=again.same, differing=len(again.differing)))
            if again.left:
                show(words["left"].format(count=again.left))
            if again.rule_sets[0] != again.rule_sets[1]:
                show(words["other_rules"].format(*again.rule_sets))
            for subject, rule, was, now in again.differing:
                show(visible(f"  {rule} {subject}: {was or '-'} -> {now or '-'}"))
            if again.differing:
                return NON_CONFORMING
    except (OSError, BadKey, NotABundle, NotARun) as problem:
        return _refused(problem)
    if not found.whole:
        return NON_CONFORMING
    return INCONCLUSIVE if found.signature.trusted is False else CONFORMING


def run_diff(options: argparse.Namespace) -> int:
    """1 where there is a new failure, else 0."""
    try:
        before, after = read(options.before), read(options.after)
    except (OSError, NotARun) as problem:
        return _refused(problem)
    words, found = texts(options.lang)["diff"], difference(before, after)
    show(words["counts"].format(new=len(found.new), fixed=len(found.fixed),
                                unchanged=len(found.unchanged), changed=len(found.changed),
                                gone=len(found.gone)))  # fmt: skip
    if found.rule_sets[0] != found.rule_sets[1]:
        show(words["rules"].format(*found.rule_sets))
    for key in ("new", "fixed", "gone"):
        for one in getattr(found, key):
            show(f"{words[key]:14} {_line(one)}")
    for was, now in found.changed:
        show(f"{words['changed']:14} {_line(now)} ({was.outcome} -> {now.outcome})")
    return NON_CONFORMING if any(one.outcome in GRAVE for one in found.new) else CONFORMING


def _line(one: Found) -> str:
    return visible(f"{one.outcome:8} {one.rule}  {one.subject} {one.path} [{one.id}]")


def run_replay(options: argparse.Namespace) -> int:
    """0 where it is fixed, 1 where it persists, 3 where it was not judged."""
    try:
        before = read(options.report)
        one = _chosen(before, options.finding)
        after = made_by(_command(before, one, allowed=options.run_again))
    except (OSError, NotARun) as problem:
        return _refused(problem)
    words = texts(options.lang)["replay"]
    scenario = _scenario(before, one)
    kept = [each for each in findings(after) if _same(each, one, scenario)]
    judged = any(rule == one.rule and outcome not in ("not_tested", "not_applicable")
                 and _about(name, one, scenario)
                 for (name, rule), outcome in outcomes(after).items())  # fmt: skip
    code = NON_CONFORMING if kept else CONFORMING if judged else INCONCLUSIVE
    told = {NON_CONFORMING: "persists", CONFORMING: "fixed", INCONCLUSIVE: "not_judged"}[code]
    show(f"{words[told]}: {_line(kept[0] if kept else one)}")
    return code


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
