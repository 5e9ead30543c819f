"""``drimcheck psc`` and ``drimcheck dmp``: captured exchanges judged as one conversation."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drimcheck import __version__
from drimcheck.concluding import Usage, conclude
from drimcheck.exchanges import exchanges
from drimcheck.files import content
from drimcheck.judging import plan_of
from drimcheck.options import add_options

if TYPE_CHECKING:
    from validators.engine import Plan
    from validators.model import Exchange, RunReport, SubjectReport

PURPOSES = {
    "psc": "judge captured exchanges with Pro Santé Connect, and the images after them",
    "dmp": "judge captured exchanges with the DMP, their VIHF, and the submissions inside",
}
INTROSPECTIONS = "introspections"


def add_commands(commands: Any) -> None:
    for name, purpose in PURPOSES.items():
        one = commands.add_parser(name, help=purpose)
        one.add_argument(
            "paths", nargs="+", metavar="CAPTURE", help="folder of a capture, or one file of it"
        )
        one.add_argument(
            "--whole-source",
            action="store_true",
            help="the capture has all that the Source sent: an introspection that is not there "
            "was not made",
        )
        add_options(one)
        one.set_defaults(run=run, kinds=(name,), command=name)


def run(options: argparse.Namespace) -> int:
    """Judge the captures, print the summary, write the report files."""
    return conclude(options, _report)


def _report(options: argparse.Namespace) -> RunReport:
    from validators.kinds import with_embedded
    from validators.run import report

    plans = {one.name: plan_of(options, one.name) for one in with_embedded(options.kinds)}
    if options.whole_source:
        (name,) = options.kinds
        plans[name] = replace(plans[name], given=plans[name].given | {INTROSPECTIONS})
    judged = [one for path in options.paths for one in _judged(path, options.command, plans)]
    return report(
        list(plans.values()),
        judged,
        version=__version__,
        command=options.command,
        require_all=options.require_all,
    )


def _judged(path: str, kind: str, plans: Mapping[str, Plan]) -> Iterator[SubjectReport]:
    """The report of a capture, then those of the submissions in it."""
    from validators.kinds import KINDS
    from validators.subjects import judge_document

    if Path(path).is_dir():
        try:
            yield from _folder(path, kind, plans)
        except ValueError as problem:
            raise Usage(str(problem)) from None
        return
    with content(Path(path)) as buffer:
        yield from judge_document(path, buffer, KINDS[kind], plans)


def _folder(path: str, kind: str, plans: Mapping[str, Plan]) -> Iterator[SubjectReport]:
    with exchanges(Path(path)) as found:
        yield from judged_conversation(path, kind, found, plans)


def judged_conversation(
    name: str, kind: str, found: Sequence[Exchange], plans: Mapping[str, Plan]
) -> Iterator[SubjectReport]:
    """The report of exchanges as one conversation, then those of the documents in it."""
    from validators.conversation import conversation
    from validators.engine import judge
    from validators.kinds import KINDS
    from validators.model import SubjectReport
    from validators.subjects import judge_document

    subject = conversation(found)
    digest, size = hashlib.sha256(), 0
    for one in found:
        for side in (one.request, one.response):
            digest.update(side)
            size += len(side)
    yield SubjectReport(
        name=name,
        kind=kind,
        size=size,
        sha256=digest.hexdigest(),
        results=judge(plans[kind], subject),
        unread=subject.unread,
    )
    inside = [part for part in subject.embedded if part.kind in plans]
    subject.release()
    for part in inside:
        yield from judge_document(f"{name}#{part.place}", part.content, KINDS[part.kind], plans)
