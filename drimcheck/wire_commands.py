"""The commands that judge HTTP: WADO-RS requests and answers, viewer links, contextual calls."""

from __future__ import annotations

import argparse
import hashlib
import mmap
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drimcheck import __version__
from drimcheck.concluding import Usage, conclude
from drimcheck.files import content
from drimcheck.judging import plan_of
from drimcheck.options import add_options

if TYPE_CHECKING:
    from validators.engine import Subject
    from validators.model import Exchange, RunReport, SubjectReport
    from validators.wado import Manifest

STDIN = "-"
WINDOW = 1 << 20


def add_commands(commands: Any) -> None:
    request = commands.add_parser(
        "wado-request", help="judge a WADO-RS request: HTTP text, curl command or HAR"
    )
    request.add_argument("paths", nargs="+", metavar="FILE", help="- for the standard input")
    request.add_argument("--kos", metavar="FILE", help="the KOS that the request follows")
    _finish(request, _requests)
    response = commands.add_parser("wado-response", help="judge the answer to a WADO-RS request")
    response.add_argument("head", metavar="HEADERS", help="the head, or the whole answer")
    response.add_argument("body", metavar="BODY", nargs="?", help="the body, in a file of its own")
    response.add_argument("--request", metavar="FILE", help="the request that it answers")
    response.add_argument("--kos", metavar="FILE", help="the KOS that the request follows")
    _finish(response, _response)
    link = commands.add_parser("iid", help="judge a link to the viewer (Invoke Image Display)")
    link.add_argument("urls", nargs="+", metavar="URL")
    _finish(link, _links)
    call = commands.add_parser("contextual-call", help="judge the call of a RIS to a DRIMbox Conso")
    call.add_argument("paths", nargs="+", metavar="FILE", help="- for the standard input")
    _finish(call, _calls)


def _finish(parser: argparse.ArgumentParser, subjects: Any) -> None:
    add_options(parser)
    command = parser.prog.rpartition(" ")[2]
    parser.set_defaults(run=run, subjects=subjects, kinds=(), command=command)


def run(options: argparse.Namespace) -> int:
    """Judge what the command names, print the summary, write the report files."""
    return conclude(options, _report)


def _report(options: argparse.Namespace) -> RunReport:
    from validators.run import report

    judged = list(options.subjects(options))
    plans = [plan_of(options, kind) for kind in dict.fromkeys(one.kind for one in judged)]
    return report(
        plans, judged, version=__version__, command=options.command, require_all=options.require_all
    )


def judged(
    options: argparse.Namespace,
    name: str,
    kind: str,
    raw: Any,
    subject: Subject,
    exchange: Exchange | None = None,
) -> SubjectReport:
    """The report of one subject of a run, with the messages of its exchange where they matter."""
    from drimcheck.messages import shown_of
    from validators.engine import judge
    from validators.model import SubjectReport

    results = judge(plan_of(options, kind), subject)
    return SubjectReport(
        name=name,
        kind=kind,
        size=len(raw),
        sha256=fingerprint(raw),
        results=results,
        unread=subject.unread,
        messages=shown_of(exchange, results),
    )


def fingerprint(raw: bytes | mmap.mmap) -> str:
    """SHA-256, window by window: of a map no more is held in memory."""
    digest = hashlib.sha256()
    for start in range(0, len(raw), WINDOW):
        digest.update(raw[start : start + WINDOW])
    return digest.hexdigest()


def _requests(options: argparse.Namespace) -> Iterator[SubjectReport]:
    from validators import wado
    from validators.model import Exchange

    kos = manifest_of(options.kos)
    for path in options.paths:
        for name, raw in _forms(path, _read(path)):
            subject = wado.read(raw, manifest=kos)
            yield judged(options, name, "request", raw, subject, Exchange("", raw, b""))


def _forms(path: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The requests of a text: one of HTTP, one of curl, those of a HAR. Raises Usage."""
    from validators.reading import curl, har

    try:
        if curl.is_curl(raw):
            yield path, curl.request_of(raw)
        elif har.is_har(raw):
            found = har.requests_of(raw)
            if not found:
                raise Usage(f"{path}: no request for /studies/ in this HAR")
            yield from ((f"{path}#{one.place}", one.raw) for one in found)
        else:
            yield path, raw
    except ValueError as problem:
        raise Usage(f"{path}: {problem}") from None


def _response(options: argparse.Namespace) -> Iterator[SubjectReport]:
    from validators import wado
    from validators.model import Exchange
    from validators.wado.response import read_exchange

    kos = manifest_of(options.kos)
    request, asked = None, b""
    if options.request:
        ((_, asked),) = _forms(options.request, _read(options.request))
        request = wado.read(asked, manifest=kos)
    with ExitStack() as stack:
        head = stack.enter_context(content(Path(options.head)))
        body = stack.enter_context(content(Path(options.body))) if options.body else None
        subject = read_exchange(head, body, request=request, manifest=kos)
        raw = head if body is None else body
        exchange = Exchange("", asked, head)
        yield judged(options, options.body or options.head, "response", raw, subject, exchange)


def _links(options: argparse.Namespace) -> Iterator[SubjectReport]:
    from validators import iid

    for url in options.urls:
        raw = url.encode()
        yield judged(options, url, "iid", raw, iid.load(raw))


def _calls(options: argparse.Namespace) -> Iterator[SubjectReport]:
    from validators import call

    for path in options.paths:
        raw = _read(path)
        yield judged(options, path, "call", raw, call.load(raw))


def _read(path: str) -> bytes:
    """The bytes of a file, or of the standard input. Raises OSError."""
    if path == STDIN:
        return sys.stdin.buffer.read()
    with content(Path(path)) as raw:
        return bytes(raw)


def manifest_of(path: str | None) -> Manifest | None:
    """The KOS of this name. Raises Usage, OSError."""
    from validators import wado

    if path is None:
        return None
    with content(Path(path)) as raw:
        try:
            return wado.manifest(raw)
        except ValueError as problem:
            raise Usage(f"{path}: no Key Object Selection: {problem}") from None
