"""From what a command judged to what it prints and writes, and its exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drimcheck.declared.rows import BadFile
from drimcheck.envelope import write_envelope
from drimcheck.options import MASKED
from drimcheck.output import show

if TYPE_CHECKING:
    from validators.model import RunReport

USAGE = 2


class Usage(Exception):
    """The command asks for something that does not exist; the message is one line."""


def conclude(options: argparse.Namespace, make: Callable[[argparse.Namespace], RunReport]) -> int:
    """Make the report of a command, print its summary, write its files; the exit code.

    What the command does not understand, or cannot open, is one line.
    """
    try:
        prepare(options)
        report = make(options)
    except (Usage, BadFile, OSError) as problem:
        print(f"drimcheck: {said(problem)}", file=sys.stderr)
        return USAGE
    return finish(report, options)


def prepare(options: argparse.Namespace) -> None:
    """What a command needs before it judges: audit, files that people declare, whose names to mask.

    Raises Usage, BadFile, OSError.
    """
    from drimcheck.dressing import declared

    options.started = datetime.now(UTC)
    options.persons, options.seeds, options.series = {}, [], set()
    _hold_to_audit(options)
    options.declared = declared(options)


def _hold_to_audit(options: argparse.Namespace) -> None:
    """In an audit: a profile that auditors use, on its own date, all of it. Raises Usage."""
    if not options.audit:
        return
    from validators.catalogue import UnknownProfile, names, profile

    try:
        allowed = profile(options.profile).audit
    except UnknownProfile:
        allowed = False
    if not allowed:
        known = ", ".join(name for name in names("profiles") if profile(name).audit)
        raise Usage(f"an audit is by one of the profiles {known}; not by {options.profile!r}")
    given = {"--only": options.only, "--at": options.on}
    wrong = [name for name, value in given.items() if value]
    if wrong:
        raise Usage(f"{wrong[0]} has no place in an audit, which takes all; leave it out")
    options.require_all = True


def said(problem: Exception) -> str:
    """A problem of what a command was given, in one line."""
    name = getattr(problem, "filename", None)
    reason = getattr(problem, "strerror", None) or str(problem)
    return f"{name}: {reason}" if name else reason


def finish(report: RunReport, options: argparse.Namespace) -> int:
    """Print the summary of a run, write its report files; the exit code."""
    from drimcheck.dressing import dressed
    from reports.terminal import summary

    for name in report.missing:
        print(f"drimcheck: {name}", file=sys.stderr)
    if options.second_opinion or options.official_kit:
        from drimcheck.second_opinion import consult

        report = consult(
            report,
            options.second_opinion,
            profile=options.profile,
            edition=options.edition,
            kit=options.official_kit,
        )
    report = dressed(report, options)
    if report.subjects or report.skipped or not report.missing:
        color = sys.stdout.isatty()
        show(summary(report, options.lang, color=color and not no_color()))
    try:
        written = write_reports(report, options) if options.out else []
        for path in written:
            show(path)
        if options.bundle:
            show(bundled(report, options, written))
    except (OSError, Usage) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        print(f"drimcheck: cannot write to {options.out}: {reason}", file=sys.stderr)
        return USAGE
    return report.verdict.exit_code


def bundled(report: RunReport, options: argparse.Namespace, written: Sequence[Path]) -> str:
    """Pack the evidence of a run; a line on it. Raises OSError, Usage."""
    from drimcheck.evidence.packing import RealData, pack
    from drimcheck.evidence.signing import BadKey, signer
    from reports.texts import texts

    if not written or not any(path.name == "run.json" for path in written):
        raise Usage("a bundle holds run.json: name --out, and leave --format json in")
    if options.bundle_content == MASKED and options.include_values:
        raise Usage("a masked bundle holds no report with --include-values; leave one out")
    try:
        by = signer(options.sign_key, options.sign_certificate)
        digest = pack(options.bundle, report, options, written, by)
    except (BadKey, RealData) as problem:
        raise Usage(str(problem)) from None
    line: str = texts(options.lang)["bundle"]["written"]
    return line.format(path=options.bundle, sha256=digest)


def no_color() -> bool:
    """Whether the user asks for no colour (no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def write_reports(report: RunReport, options: argparse.Namespace) -> list[Path]:
    """Write the files of the formats asked for into the folder of the command."""
    from reports.writing import chosen, write

    formats = chosen(options.format)
    written = write(report, options.out, formats, options.lang)
    if "json" in formats:
        written.append(write_envelope(options.out, options.started))
    return written
