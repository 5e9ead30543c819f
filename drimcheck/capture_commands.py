"""``drimcheck capture`` saves WADO-RS exchanges; ``drimcheck wado`` captures and judges them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from drimcheck import __version__
from drimcheck.concluding import USAGE, Usage, conclude, said
from drimcheck.judging import plan_of
from drimcheck.options import add_options
from drimcheck.output import show
from drimcheck.wire_commands import judged, manifest_of

if TYPE_CHECKING:
    from drimcheck.capture import Asked, Capture, Limits, Secrets
    from drimcheck.thumbnails import Gallery
    from validators.model import Exchange, RunReport, SubjectReport
    from validators.wado import Manifest

UNREACHED = ("connection", "tls")
USES = ("lossless", "lossy")
TOLD = frozenset({"200", "206", "410"})
"""The statuses that say of a series what there is of it: its images, or that they were deleted."""
CODE_UNREACHABLE = 5


def add_commands(commands: Any) -> None:
    save = commands.add_parser("capture", help="save WADO-RS exchanges, byte for byte")
    save.add_argument("urls", nargs="*", metavar="URL")
    save.add_argument("--out", metavar="DIR", type=Path, required=True, help="a new folder")
    _add_options(save)
    save.add_argument("--lang", choices=("fr", "en"), default="en", help=argparse.SUPPRESS)
    save.set_defaults(run=run_capture)
    judge = commands.add_parser(
        "wado", help="retrieve the series of a KOS, and judge the exchanges"
    )
    judge.add_argument(
        "--base", metavar="URL", help="WADO-RS base to ask, in place of that of the KOS"
    )
    add_options(judge)
    _add_options(judge)
    judge.set_defaults(run=run_wado, kinds=(), command="wado", urls=[])


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kos", metavar="FILE", help="the KOS whose series are asked for")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="holds the access token")
    parser.add_argument("--use", choices=USES, default=USES[0], help="transfer syntaxes preferred")
    parser.add_argument(
        "--host", action="append", default=[], help="a host that a KOS may lead to; repeatable"
    )
    parser.add_argument("--cert", metavar="FILE", type=Path, help="client certificate (PEM)")
    parser.add_argument("--key", metavar="FILE", type=Path, help="its key (PEM)")
    parser.add_argument("--ca", metavar="FILE", type=Path, help="authorities to trust (PEM)")
    parser.add_argument("--deadline", metavar="SECONDS", type=float, default=60.0)
    parser.add_argument("--max-bytes", metavar="N", type=int, default=4 << 30)


def run_capture(options: argparse.Namespace) -> int:
    """Capture what the command names into its folder; 5 where nothing could be reached."""
    if not options.urls and not options.kos:
        print("drimcheck: capture needs a URL, or --kos FILE", file=sys.stderr)
        return USAGE
    try:
        ended = _capture(options, options.out, manifest_of(options.kos))
    except (Usage, OSError) as problem:
        print(f"drimcheck: {said(problem)}", file=sys.stderr)
        return USAGE
    show(options.out / "exchanges.json")
    return CODE_UNREACHABLE if set(ended) <= set(UNREACHED) else 0


def run_wado(options: argparse.Namespace) -> int:
    """Retrieve each series of the KOS, judge requests and answers, print the summary."""
    return conclude(options, _retrieved)


def _retrieved(options: argparse.Namespace) -> RunReport:
    if not options.kos:
        raise Usage("wado needs --kos FILE")
    with _folder(options) as folder:
        return _report(options, folder, _manifest(options))


def _manifest(options: argparse.Namespace) -> Manifest | None:
    """The KOS, its Retrieve URLs moved to the base of the command. Raises Usage, OSError."""
    found = manifest_of(options.kos)
    if found is not None and options.base:
        base = options.base.rstrip("/")
        for study, series in found.urls:
            found.urls[study, series] = f"{base}/studies/{study}/series/{series}"
    return found


@contextmanager
def _folder(options: argparse.Namespace) -> Iterator[Path]:
    """Where the exchanges go: beside the report, or nowhere that stays."""
    if options.out:
        yield options.out / "exchanges"
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name, "exchanges")


def _capture(options: argparse.Namespace, folder: Path, kos: Manifest | None) -> list[str]:
    """Capture each request; why each ended. Raises Usage, OSError."""
    from drimcheck.capture import Capture, Limits, Refused, allow

    limits = Limits(options.deadline, options.max_bytes)
    secrets, hosts = _secrets(options), _hosts(options)
    asked = list(_asked(options, kos))
    try:
        for one in asked:
            allow(one.url, hosts)
    except Refused as problem:
        raise Usage(str(problem)) from None
    capture = Capture(folder)
    try:
        return [_take(capture, one, limits, hosts, secrets) for one in asked]
    finally:
        capture.close()


def _take(
    capture: Capture, asked: Asked, limits: Limits, hosts: frozenset[str], secrets: Secrets
) -> str:
    ended = capture.take(asked, limits, hosts, secrets)
    print(f"{asked.url}: {ended or 'whole'}", file=sys.stderr)
    return ended


def _secrets(options: argparse.Namespace) -> Secrets:
    from drimcheck.capture import Secrets
    from validators.wado.request_headers import BEARER_TOKEN

    token = options.token_file.read_text(errors="replace").strip() if options.token_file else ""
    if options.token_file and not BEARER_TOKEN.fullmatch(token):
        raise Usage(f"{options.token_file}: holds no access token (RFC 6750 2.1)")
    return Secrets(token, options.cert, options.key, options.ca)


def _hosts(options: argparse.Namespace) -> frozenset[str]:
    """The hosts that the command names: those of a KOS are none of them."""
    named = [*options.urls, *filter(None, [getattr(options, "base", None)])]
    found = [urlsplit(one).hostname or "" for one in named]
    return frozenset(one.lower() for one in (*found, *options.host) if one)


def _asked(options: argparse.Namespace, kos: Manifest | None) -> Iterator[Asked]:
    """The requests to send: the URLs of the command, or the Retrieve URLs of the KOS."""
    from drimcheck.capture import Asked

    headers = [("Accept", _accept(options.use)), ("User-Agent", f"drimcheck/{__version__}")]
    if kos is not None:
        headers.append(("KOS-SOPInstanceUID", kos.uid))
    yield from (Asked(url, headers) for url in options.urls)
    if kos is None or options.urls:
        return
    yield from (Asked(url, headers) for url in kos.urls.values())


def _accept(use: str) -> str:
    """The Accept header of a use, as the official requests have it, without the last comma."""
    from validators.wado.preferences import LOSSLESS, LOSSY

    return ",".join(
        f'multipart/related; type="application/dicom";transfer-syntax={syntax};q={weight};'
        "boundary=**"
        for syntax, weight in (LOSSLESS if use == "lossless" else LOSSY).items()
    )


def _report(options: argparse.Namespace, folder: Path, kos: Manifest | None) -> RunReport:
    from drimcheck.exchanges import exchanges
    from drimcheck.thumbnails import Gallery
    from validators.run import report

    _capture(options, folder, kos)
    subjects: list[SubjectReport] = []
    unreached: list[tuple[str, str]] = []
    gallery = Gallery()
    with exchanges(folder) as found:
        untold = not all(_told(one) for one in found)
        for one in found:
            if one.ended in UNREACHED and not one.response:
                unreached.append((one.url, one.ended))
            else:
                subjects += _judged(options, one, kos, gallery)
    plans = [plan_of(options, kind) for kind in ("request", "response")]
    return report(
        plans,
        subjects,
        version=__version__,
        command=options.command,
        skipped=unreached,
        require_all=options.require_all,
        unreachable=not subjects,
        lost=untold,
    )


def _told(one: Exchange) -> bool:
    """Whether the answer says what there is of the series: else its images were not judged."""
    from validators.reading.http import read_response

    status = read_response(one.response).start[1:2]
    if status and status[0] not in TOLD:
        print(f"{one.url}: {status[0]}, no image was judged", file=sys.stderr)
    return bool(status) and status[0] in TOLD


def _judged(
    options: argparse.Namespace, one: Exchange, kos: Manifest | None, gallery: Gallery
) -> Iterator[SubjectReport]:
    """The report of the request, and of its answer."""
    from validators import wado
    from validators.wado.response import read_exchange

    request = wado.read(one.request, manifest=kos, captured=True)
    asked = replace(one, response=b"")
    yield judged(options, f"{one.url} (request)", "request", one.request, request, asked)
    plain = one.url.lower().startswith("http:")
    answer = read_exchange(
        one.response, request=request, manifest=kos, captured=True, ended=one.ended, plain=plain
    )
    pictures = gallery.of(answer)
    found = judged(options, f"{one.url} (response)", "response", one.response, answer, one)
    yield replace(found, pictures=pictures)
