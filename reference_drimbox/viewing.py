"""The API by which the viewer gets a study and its images, for the Conso and for the Source.

Everything is behind a session; UIDs that the session has not open are 404, without a session it
is 401. All answers are ``no-store``, except images and their thumbnails, which are private.

``GET /api/studies/{study}``::

    {"uid", "description", "date", "patient": [{"name", "label", "value"}],
     "series": [{"uid", "modality", "description", "number", "instances", "received", "state"}]}

``patient`` are the traits that are to be shown, in order, labels in the language of the request
(``?lang=`` or Accept-Language). ``instances`` is how many the KOS lists, ``received`` how many are
here, ``state`` that of the next answer, or ``absent`` where nobody asked for the series yet.

``GET /api/studies/{study}/series/{series}`` begins the retrieval, and says how far it is::

    {"state": "running" | "done" | "failed" | "deleted", "total", "received", "bytes",
     "code", "reason", "instances": [{"uid", "number", "url"}]}

``instances`` are those that are here, in the order of the KOS. ``deleted``: the Source has none of
the images any more. ``done`` with ``code`` 410: some images are not there any more. ``failed``:
``code`` is 401 (log in again), 403, 406, 502 (the Source does not answer, or not as it should) or
507 (no room). ``reason`` is for the user. Asked again some seconds later, what failed begins anew.

``GET /instances/{study}/{series}/{sop}`` is the DICOM file (``application/dicom``); 404 where the
KOS has it not, 410 where it is gone, 503 where it is not here yet.

``GET /thumbnails/{study}/{series}`` and ``/thumbnails/{study}/{series}/{sop}`` are a PNG of 128
pixels at most, of the image in the middle or of one; 404 where there is nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from reference_drimbox.pictures import NoPicture, thumbnail

DICOM = "application/dicom"
PIECE = 1 << 20
NO_STORE = {"Cache-Control": "no-store"}
PRIVATE = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait of the patient as it is shown; ``name`` is that of the setting which shows it."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a study, as the list of series shows it."""

    uid: str
    modality: str
    description: str
    number: int | None
    instances: int
    received: int = 0
    state: str = "absent"


@dataclass(frozen=True, slots=True)
class Study:
    """A study that the session has open."""

    uid: str
    description: str
    date: str
    patient: Sequence[Trait]
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance that is here."""

    uid: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the retrieval of a series is."""

    state: str
    total: int
    instances: Sequence[Instance]
    bytes: int = 0
    code: int = 0
    reason: str = ""


class NotOpen(Exception):
    """The session has not this study, series or instance."""


class Images(Protocol):
    """The images that a session may see. Every method raises NotOpen."""

    def study(self, study: str) -> Study: ...

    def series(self, study: str, series: str) -> Progress:
        """How far the retrieval is, begun where it was not."""
        ...

    def instance(self, study: str, series: str, sop: str) -> Path | None:
        """The file; None where it is not here."""
        ...

    def sample(self, study: str, series: str) -> Path | None:
        """The file that stands for a series; None where none can be had now."""
        ...


def routes(images: Callable[[Request], Images]) -> list[Route]:
    """The API; ``images`` are those of the session of a request, or it raises HTTPException 401."""
    api = _Api(images)
    return [
        Route("/api/studies/{study}", api.study),
        Route("/api/studies/{study}/series/{series}", api.series),
        Route("/instances/{study}/{series}/{sop}", api.instance),
        Route("/thumbnails/{study}/{series}", api.thumbnail),
        Route("/thumbnails/{study}/{series}/{sop}", api.thumbnail),
    ]


@dataclass(frozen=True, slots=True)
class _Api:
    images: Callable[[Request], Images]

    def study(self, request: Request) -> Response:
        named = request.path_params
        try:
            found = self.images(request).study(named["study"])
        except NotOpen:
            raise HTTPException(404) from None
        return JSONResponse(asdict(found), headers=NO_STORE)

    def series(self, request: Request) -> Response:
        named = request.path_params
        try:
            found = self.images(request).series(named["study"], named["series"])
        except NotOpen:
            raise HTTPException(404) from None
        base = f"/instances/{named['study']}/{named['series']}"
        told = asdict(found) | {
            "received": len(found.instances),
            "instances": [{**asdict(one), "url": f"{base}/{one.uid}"} for one in found.instances],
        }
        return JSONResponse(told, headers=NO_STORE)

    def instance(self, request: Request) -> Response:
        named = request.path_params
        images = self.images(request)
        try:
            found = images.instance(named["study"], named["series"], named["sop"])
            progress = None if found else images.series(named["study"], named["series"])
        except NotOpen:
            raise HTTPException(404) from None
        if found is None:
            assert progress is not None
            raise _absent(progress)
        try:
            size = found.stat().st_size
            file = found.open("rb")
        except OSError:
            raise HTTPException(503, headers={"Retry-After": "1"}) from None
        headers = {**PRIVATE, "Content-Length": str(size)}
        pieces = iter(lambda: file.read(PIECE), b"")
        return StreamingResponse(_closing(pieces, file.close), headers=headers, media_type=DICOM)

    def thumbnail(self, request: Request) -> Response:
        named = request.path_params
        images = self.images(request)
        try:
            if "sop" in named:
                found = images.instance(named["study"], named["series"], named["sop"])
            else:
                found = images.sample(named["study"], named["series"])
            if found is None:
                raise HTTPException(404)
            return Response(thumbnail(found), headers=PRIVATE, media_type="image/png")
        except (NotOpen, NoPicture, OSError):
            raise HTTPException(404) from None


def _absent(progress: Progress) -> HTTPException:
    """Why an instance that the KOS lists is not here (DRIM-M C-ERR-410, C-ERR-502)."""
    if progress.state == "running":
        return HTTPException(503, headers={"Retry-After": "1"})
    return HTTPException(progress.code if progress.code in (401, 403, 502) else 410)


def _closing(pieces: Iterator[bytes], close: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        close()
