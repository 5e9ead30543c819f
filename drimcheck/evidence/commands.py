"""The commands ``verify``, ``diff`` and ``replay``, and the option ``--bundle`` of the others."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drimcheck.concluding import said
from drimcheck.language import default_language
from drimcheck.output import show

if TYPE_CHECKING:
    from drimcheck.evidence.runs import Found

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
    print(f"drimcheck: {said(problem)}", file=sys.stderr)
    return USAGE


def run_verify(options: argparse.Namespace) -> int:
    """0 where all is as it was signed, 1 where not, 3 where the signer is not trusted."""
    from drimcheck.evidence.runs import NotARun
    from drimcheck.evidence.signing import BadKey, anchor
    from drimcheck.evidence.verifying import NotABundle, lines_of, verify
    from reports.texts import texts
    from reports.visible import visible

    try:
        found = verify(options.bundle, list(map(anchor, options.trust)))
        for line in lines_of(found, texts(options.lang)["bundle"]):
            show(visible(line))
        if not found.whole:
            return NON_CONFORMING
        if options.rejudge and not _alike(options):
            return NON_CONFORMING
    except (OSError, BadKey, NotABundle, NotARun) as problem:
        return _refused(problem)
    return INCONCLUSIVE if found.signature.trusted is False else CONFORMING


def _alike(options: argparse.Namespace) -> bool:
    """Judge the inputs of a bundle that is whole again, say what differs, and whether nothing does.

    Raises OSError, NotABundle, NotARun.
    """
    from drimcheck.evidence.rejudging import rejudge
    from reports.texts import texts
    from reports.visible import visible

    words, again = texts(options.lang)["bundle"], rejudge(options.bundle)
    show(words["rejudged"].format(same=again.same, differing=len(again.differing)))
    if again.left:
        show(words["left"].format(count=again.left))
    if again.rule_sets[0] != again.rule_sets[1]:
        show(words["other_rules"].format(*again.rule_sets))
    for one in again.differing:
        show(visible(f"  {one.what} {one.subject}: {one.then or '-'} -> {one.now or '-'}"))
    return not again.differing


def run_diff(options: argparse.Namespace) -> int:
    """1 where there is a new failure, else 0."""
    from drimcheck.evidence.comparing import difference
    from drimcheck.evidence.runs import NotARun, read
    from reports.texts import texts

    try:
        found = difference(read(options.before), read(options.after))
    except (OSError, NotARun) as problem:
        return _refused(problem)
    words = texts(options.lang)["diff"]
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
    from reports.visible import visible

    return visible(f"{one.outcome:8} {one.rule}  {one.subject} {one.path} [{one.id}]")


def run_replay(options: argparse.Namespace) -> int:
    """0 where it is fixed, 1 where it persists, 3 where it was not judged."""
    from drimcheck.evidence.replaying import replay
    from drimcheck.evidence.runs import NotARun, read
    from reports.texts import texts

    try:
        found = replay(read(options.report), options.finding, allowed=options.run_again)
    except (OSError, NotARun) as problem:
        return _refused(problem)
    told, code = {True: ("persists", NON_CONFORMING), False: ("fixed", CONFORMING),
                  None: ("not_judged", INCONCLUSIVE)}[found.persists]  # fmt: skip
    show(f"{texts(options.lang)['replay'][told]}: {_line(found.finding)}")
    return code
