"""The commands that judge files: one for each kind of document, and ``check`` for all."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from drimcheck import __version__
from drimcheck.concluding import Usage, conclude
from drimcheck.files import Found, collect, content
from drimcheck.options import add_options, add_trust_options

if TYPE_CHECKING:
    from validators.engine import Plan
    from validators.kinds import Kind
    from validators.model import RunReport, SubjectReport

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


def run(options: argparse.Namespace) -> int:
    """Judge what the command names, print the summary, write the report files."""
    return conclude(options, judge_paths)


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
