"""The commands that judge files: one for each kind of document, and ``check`` for all."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drimcheck import __version__, dressing
from drimcheck.declared.rows import BadFile
from drimcheck.envelope import write_envelope
from drimcheck.files import Found, collect, content
from drimcheck.language import default_language
from drimcheck.output import show

if TYPE_CHECKING:
    from validators.engine import Plan
    from validators.kinds import Kind
    from validators.model import RunReport, SubjectReport

DEFAULT_PROFILE = "drim-m-homologation"
FORMATS = ("html", "json", "junit", "sarif", "gitb", "csv", "markdown", "codeclimate")
USAGE = 2
COMMANDS = {
    "xds": "judge XDS.b submissions and their answers, and the documents inside",
    "kos": "judge Key Object Selection documents",
    "hl7": "judge HL7 v2 messages, and the reports inside",
    "cda": "judge CR-IMG reports (CDA)",
    "xdm": "judge XDM archives, or their folders, and the documents inside",
    "allowlist": "judge allow-lists (listes blanches), and who signed them",
}
"""The commands that judge one kind of document, which has the name of the command."""
MARKS = frozenset({"DICM", "XML", "MSH", "PK"})
"""What a document of each format begins with: all that some reasons name."""
UNKNOWN = ""
"""Why a file was passed over that is of no kind which the command judges."""


class Usage(Exception):
    """The command asks for something that does not exist; the message is one line."""


def add_commands(commands: Any) -> None:
    for name, purpose in COMMANDS.items():
        one = commands.add_parser(name, help=purpose)
        one.add_argument("paths", nargs="+", metavar="FILE", help="files, or folders to walk")
        add_options(one)
        if name == "allowlist":
            add_trust_options(one)
        one.set_defaults(run=run, kinds=(name,), command=name)
    check = commands.add_parser("check", help="recognise documents and judge each as what it is")
    check.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders to walk")
    add_options(check)
    add_trust_options(check)
    check.set_defaults(run=run, kinds=(), command="check")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every judging command takes."""
    parser.add_argument("--profile", default=DEFAULT_PROFILE, help="default: %(default)s")
    parser.add_argument("--lang", choices=("fr", "en"), default=default_language())
    parser.add_argument("--on", "--at", metavar="DATE", help="date of judgement, YYYY-MM-DD")
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder for the report files")
    parser.add_argument("--format", action="append", choices=(*FORMATS, "all"),
                        help="repeatable; default with --out: html, json, junit")  # fmt: skip
    parser.add_argument("--only", action="append", default=[], metavar="RULE",
                        help="judge by this rule or requirement alone; repeatable")  # fmt: skip
    parser.add_argument("--audit", action="store_true",
                        help="a locked profile, nothing left out, no failure excused")  # fmt: skip
    parser.add_argument(
        "--require-all",
        action="store_true",
        help="requirements that were not tested make the run inconclusive",
    )
    parser.add_argument(
        "--second-opinion",
        action="append",
        default=[],
        choices=("dciodvfy", "dicom-validator"),
        help="show what an independent tool says; never part of the verdict",
    )
    parser.add_argument(
        "--edition", metavar="DIR", type=Path, help="DICOM edition for dicom-validator"
    )
    parser.add_argument(
        "--official-kit",
        metavar="DIR",
        type=Path,
        help="show what the official content test kit says of reports; never part of the verdict",
    )
    dressing.add_options(parser)
    dressing.add_bundle_options(parser)
    parser.set_defaults(arguments=[])


def add_trust_options(parser: argparse.ArgumentParser) -> None:
    """What the signature of an allow-list is judged by."""
    parser.add_argument(
        "--trust",
        metavar="DIR",
        type=Path,
        help="certificates to trust, in place of those of the profile",
    )
    parser.add_argument(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        type=Path,
        help="certificate revocation list; repeatable",
    )


def run(options: argparse.Namespace) -> int:
    """Judge what the command names, print the summary, write the report files."""
    return conclude(options, judge_paths)


def conclude(options: argparse.Namespace, make: Callable[[argparse.Namespace], RunReport]) -> int:
    """Make the report of a command, print its summary, write its files; the exit code.

    What the command does not understand, or cannot open, is one line.
    """
    options.started = datetime.now(UTC)
    options.persons = {}
    try:
        hold_to_audit(options)
        options.declared = dressing.declared(options)
        report = make(options)
    except (Usage, BadFile, OSError) as problem:
        print(f"drimcheck: {said(problem)}", file=sys.stderr)
        return USAGE
    return finish(report, options)


def hold_to_audit(options: argparse.Namespace) -> None:
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
    report = dressing.dressed(report, options)
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
    from drimcheck.evidence.packing import MASKED, RealData, pack
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
    import os

    return bool(os.environ.get("NO_COLOR"))


def judge_paths(options: argparse.Namespace) -> RunReport:
    """The report over the paths of a command. Raises Usage."""
    from validators.kinds import KINDS, with_embedded
    from validators.run import report

    kinds = [KINDS[name] for name in options.kinds or KINDS]
    plans = {
        kind.name: plan_of(options, kind.name)
        for kind in with_embedded(kind.name for kind in kinds)
    }
    found, missing = collect(options.paths, archives="xdm" in plans)
    skipped: list[tuple[str, str]] = []
    missing = [f"{name}: no such file or folder" for name in missing]
    strict = len(options.kinds) == 1
    subjects = list(
        _subjects(found, kinds, plans, skipped, missing, options.persons, strict=strict)
    )
    return report(
        list(plans.values()),
        subjects,
        version=__version__,
        command=options.command,
        skipped=skipped,
        missing=missing,
        require_all=options.require_all,
    )


def plan_of(
    options: argparse.Namespace, kind: str, inputs: Mapping[str, object] | None = None
) -> Plan:
    """The plan of a kind as the options of a command ask for it. Raises Usage.

    ``inputs`` stand in the place of what the options say that allow-lists are trusted by.
    """
    from validators.catalogue import UnknownProfile, profile
    from validators.engine import plan
    from validators.kinds import register

    register(*(() if options.only else (kind,)))
    try:
        chosen = profile(options.profile)
    except UnknownProfile as known:
        raise Usage(f"unknown profile {options.profile!r}; one of: {known}") from None
    try:
        on = date.fromisoformat(options.on) if options.on else chosen.reference_date
    except ValueError:
        raise Usage(f"--on {options.on!r} is no date; write it as YYYY-MM-DD") from None
    if inputs is None:
        inputs = _inputs(options) if kind == "allowlist" else {}
    return plan(chosen, kind, on=on, only=only(options.only), inputs=inputs)


def only(names: Sequence[str]) -> frozenset[str]:
    """The rules of these ids, and those that verify the requirements of these ids.

    Raises Usage for an id that is neither, or a requirement that no rule verifies.
    """
    from validators.rules import RULES

    found: set[str] = set()
    for name in names:
        rules = ({name} & RULES.keys()) | {
            one.id for one in RULES.values() if name in one.verifies
        }  # fmt: skip
        if not rules:
            raise Usage(f"unknown rule or requirement {name!r}; see: drimcheck rules")
        found |= rules
    return frozenset(found)


def _inputs(options: argparse.Namespace) -> dict[str, object]:
    """The certificates and revocation lists that the command names. Raises Usage."""
    from drimcheck import trust

    try:
        return trust.inputs(options.trust, options.crl)
    except OSError as error:
        raise Usage(f"{error.filename}: {error.strerror or error}") from None
    except ValueError as problem:
        raise Usage(str(problem)) from None


def _subjects(
    found: Sequence[Found],
    kinds: Sequence[Kind],
    plans: dict[str, Plan],
    skipped: list[tuple[str, str]],
    unreadable: list[str],
    persons: dict[str, list[tuple[str, str]]],
    *,
    strict: bool,
) -> Iterator[SubjectReport]:
    """Judge each file; one found in a folder, or of no known kind, may be skipped instead.

    ``strict`` says that the command names the kind: a file that it names is judged as such.
    A file that the command names and that cannot be opened is ``unreadable``.
    """
    from validators.subjects import judge_document

    for one in found:
        try:
            with content(one.path) as buffer:
                kind = _kind(buffer, kinds, one, skipped, strict=strict)
                if kind is not None:
                    judged = list(judge_document(one.name, buffer, kind, plans))
                    persons[one.name] = _persons(judged[0], buffer)
                    yield from judged
        except OSError as error:
            reason = error.strerror or str(error)
            if one.asked:
                unreadable.append(f"{one.name}: {reason}")
            else:
                skipped.append((one.name, reason))


def _persons(one: SubjectReport, buffer: Any) -> list[tuple[str, str]]:
    """Who is named in a document in which something was found, for the masks of the report."""
    from drimcheck.privacy.persons import persons_of
    from validators.model import DEVIATIONS

    found = any(result.outcome in DEVIATIONS for result in one.results)
    return persons_of(one.kind, one.name, bytes(buffer)) if found else []


def _kind(
    buffer: Any,
    kinds: Sequence[Kind],
    one: Found,
    skipped: list[tuple[str, str]],
    *,
    strict: bool,
) -> Kind | None:
    if strict and one.asked:
        return kinds[0]
    reasons = []
    for kind in kinds:
        reason = kind.recognises(buffer)
        if not reason:
            return kind
        reasons.append(reason)
    said = reasons if len(reasons) == 1 else [one for one in reasons if one not in MARKS]
    skipped.append((one.name, said[0] if said else UNKNOWN))
    return None


def write_reports(report: RunReport, options: argparse.Namespace) -> list[Path]:
    """Write the files of the formats asked for into the folder of the command."""
    from reports.writing import chosen, write

    formats = chosen(options.format)
    written = write(report, options.out, formats, options.lang)
    if "json" in formats:
        written.append(write_envelope(options.out, options.started))
    return written
