"""Command lines that a reader may copy: for a POSIX shell and for Windows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from reports.visible import visible
from validators.model import Message, RunReport

MARK, POSIX = "TOKEN-OF-THE-READER", '\'"$TOKEN"'
"""What stands for a credential, and how a shell puts in the variable that the reader sets."""
_EXPANDED = re.compile(rf"'([^']*){MARK}'")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:")
"""A field name and its colon (RFC 9110 5.1)."""
_CREDENTIAL = re.compile(r"(?i)^(authorization:\s*\S+\s+).*$|^(cookie:\s*).*$")
_LEFT_OUT = ("host:", "content-length:", "connection:", "transfer-encoding:", "expect:")
"""Headers that curl writes itself."""


NARROWING = ("--only", "--subject")


class Command(NamedTuple):
    """A command in the writing of two shells."""

    posix: str
    windows: str


def of(arguments: Sequence[str]) -> Command:
    """A command of its arguments; what cannot be seen in them is named."""
    shown = [visible(one) for one in arguments]
    return Command(shlex.join(shown), " ".join(map(_quoted, shown)))


def again(report: RunReport, rule: str, scenario: str = "") -> Command:
    """The command of the run for one rule, or for one scenario of it."""
    arguments = list(report.arguments or report.command.split())
    return of(["drimcheck", *narrowed(arguments, scenario or rule)])


def narrowed(arguments: Sequence[str], name: str) -> list[str]:
    """The arguments of a command for one rule, or one scenario, alone."""
    kept, left = [], iter(arguments)
    for one in left:
        if one in NARROWING:
            next(left, None)
        elif not one.startswith(tuple(f"{option}=" for option in NARROWING)):
            kept.append(one)
    return [*kept, "--only", name]


def curl(message: Message) -> Command:
    """The request as curl sends it; its credentials are for the reader to set.

    What is no header is left out: curl would read a file that a line beginning with @ names.
    """
    method = re.match(r"[A-Z]+(?= )", message.head)
    arguments = ["--include", "--request", method[0] if method else "GET"]
    for line in message.head.splitlines()[1:]:
        if _HEADER.match(line) and not line.lower().startswith(_LEFT_OUT):
            arguments += ["--header", _CREDENTIAL.sub(_set, line)]
    if message.body_size:
        arguments += ["--data-binary", "@BODY"]
    posix, windows = (of([name, *arguments, "--url", message.url]) for name in ("curl", "curl.exe"))
    return Command(
        posix.posix.replace(f"{MARK}'", POSIX),
        _EXPANDED.sub(r"('\1' + $env:TOKEN)", windows.windows),
    )


def _set(found: re.Match[str]) -> str:
    return f"{found[1] or found[2]}{MARK}"


def _quoted(text: str) -> str:
    """An argument as PowerShell takes it: within single quotes nothing acts but the quote."""
    return text if re.fullmatch(r"[\w./:=@,+-]+", text) else "'" + text.replace("'", "''") + "'"
