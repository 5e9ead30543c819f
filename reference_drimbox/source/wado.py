"""WADO-RS of the studies that were published (PS3.18 10.4; DRIM-M C)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from reference_drimbox.accept import Accepted, Malformed, accepted
from reference_drimbox.archive import Access, Archive, ArchiveUnavailable
from reference_drimbox.archive.holdings import Held, Holdings
from reference_drimbox.pacs import PacsUnavailable
from reference_drimbox.source.capabilities import WADL, wadl
from reference_drimbox.source.guard import Guard, Peer, Refused, kos_of, uids
from reference_drimbox.source.images import Images
from reference_drimbox.study import Series
from reference_drimbox.syntaxes import NotAcceptable, delivered, syntax_of, target

log = logging.getLogger(__name__)
OTHERS = (
    "/metadata",
    "/series/{series}/metadata",
    "/series/{series}/instances/{instance}/metadata",
    "/series/{series}/instances/{instance}/rendered",
    "/series/{series}/instances/{instance}/frames/{frames}",
)
"""Resources of PS3.18 that DRIM-M leaves free (C-REQ-02), none of which is given here."""
HSTS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


@dataclass(frozen=True, slots=True)
class Wado:
    """The resources of one Source, whose Retrieve URLs begin with ``base``."""

    archive: Archive
    holdings: Holdings
    images: Images
    guard: Guard
    base: str

    def routes(self, path: str) -> list[Route]:
        """The routes under the path of ``base``."""
        root = path.rstrip("/")
        study = f"{root}/studies/{{study}}"
        return [
            Route(root, self.health, methods=["GET"]),
            Route(f"{root}/", self.health, methods=["GET"]),
            Route(f"{root}/studies", self.capabilities, methods=["OPTIONS"]),
            Route(study, self.retrieve, methods=["GET"]),
            Route(f"{study}/series/{{series}}", self.retrieve, methods=["GET"]),
            Route(f"{study}/series/{{series}}/instances/{{instance}}", self.retrieve,
                  methods=["GET"]),
            *(Route(f"{study}{rest}", self.other, methods=["GET"]) for rest in OTHERS),
        ]  # fmt: skip

    def health(self, _request: Request) -> Response:
        """Whether the Source works (C-HLT-01): 503 without its archive."""
        try:
            with self.archive.reading() as session:
                session.connection()
        except ArchiveUnavailable:
            return JSONResponse({"status": "down"}, 503)
        return JSONResponse({"status": "up"})

    def capabilities(self, _request: Request) -> Response:
        return Response(wadl(self.base), media_type=WADL)

    def other(self, request: Request) -> Response:
        """Files alone are given: 406 for metadata, frames and pictures of what is published."""
        return self.retrieve(request, whole=False)

    def retrieve(self, request: Request, *, whole: bool = True) -> Response:
        """A study, a series or an instance, traced whatever comes of it."""
        trace = Access(action="WADO-RS", result="", user="", structure="", patient="", kos="",
                       study=str(request.path_params.get("study", ""))[:64])  # fmt: skip
        trace.structure = request.headers.get("Situation", "")[:256]
        try:
            answer = self._retrieved(request, trace, whole)
        except Refused as problem:
            answer = problem.response()
        except ArchiveUnavailable:
            answer = Refused(503, "the archive is not available", {"Retry-After": "30"}).response()
        trace.result = str(answer.status_code)
        if request.url.scheme == "https":
            answer.headers.update(HSTS)
        try:
            with self.archive.writing() as session:
                session.add(trace)
        except ArchiveUnavailable:
            # What is not traced is not given.
            return Refused(503, "the archive is not available", {"Retry-After": "30"}).response()
        return answer

    def _retrieved(self, request: Request, trace: Access, whole: bool) -> Response:
        peer: Peer = self.guard.admit(request)
        trace.user, trace.structure = peer.user[:128], (trace.structure or peer.name)[:256]
        study, series, instance = uids(request)
        trace.kos = kos_of(request)
        held = self.holdings.of(study, trace.kos)
        if held is None:
            raise Refused(404, "no such study, or not by this KOS")
        trace.patient = held.report.patient
        wanted = _wanted(held, series, instance)
        try:
            takes = accepted(request.headers.getlist("Accept"))
        except Malformed as problem:
            raise Refused(400, str(problem)) from None
        if not whole:
            raise Refused(406, "files alone are given: application/dicom")
        return self._streamed(study, held, wanted, takes)

    def _streamed(
        self, study: str, held: Held, wanted: Sequence[tuple[Series, frozenset[str]]],
        takes: Accepted,
    ) -> Response:  # fmt: skip
        """The instances as they come, once the first is here and can be sent."""
        stack = ExitStack()
        try:
            paths = self._paths(study, wanted, stack)
            first = next(paths, None)
            if first is None:
                raise Refused(410, "the images are not there any more")
            target(syntax_of(first), takes)
        except PacsUnavailable:
            stack.close()
            raise Refused(500, "the images cannot be had now") from None
        except NotAcceptable:
            stack.close()
            raise Refused(
                406, "the images can be had in no transfer syntax that is accepted"
            ) from None
        except BaseException:
            stack.close()
            raise
        boundary = uuid4().hex
        kind = f'multipart/related; type="application/dicom"; boundary={boundary}'

        def body() -> Iterator[bytes]:
            with stack:
                for path in _chained(first, paths):
                    syntax, raw = delivered(path, takes, held.ins)
                    series, instance = path.parent.name, path.name
                    yield (
                        f"--{boundary}\r\nContent-Type: application/dicom; "
                        f"transfer-syntax={syntax}\r\nContent-Length: {len(raw)}\r\n"
                        f"Content-Location: {self.base}/studies/{study}/series/{series}"
                        f"/instances/{instance}\r\n\r\n"
                    ).encode()
                    yield raw
                    yield b"\r\n"
                yield f"--{boundary}--\r\n".encode()

        return StreamingResponse(_said(body), headers={"Content-Type": kind})

    def _paths(
        self, study: str, wanted: Sequence[tuple[Series, frozenset[str]]], stack: ExitStack
    ) -> Iterator[Path]:
        for series, instances in wanted:
            found = stack.enter_context(self.images.series(study, series))
            yield from found.instances(instances)


def _said(body: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """The body; where it cannot be completed the connection ends before its last boundary."""
    try:
        yield from body()
    except (PacsUnavailable, NotAcceptable, OSError) as problem:
        log.error("an answer was cut: %s", type(problem).__name__)
        raise


def _chained(first: Path, rest: Iterator[Path]) -> Iterator[Path]:
    yield first
    yield from rest


def _wanted(held: Held, series: str, instance: str) -> list[tuple[Series, frozenset[str]]]:
    """The instances of the KOS that a path names. Raises Refused: 404."""
    found = []
    for one in held.series:
        if series and one.uid != series:
            continue
        uids = frozenset(it.uid for it in one.instances if not instance or it.uid == instance)
        if uids:
            found.append((one, uids))
    if not found:
        raise Refused(404, "the KOS has no such series or instance")
    return found
