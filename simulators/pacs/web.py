"""The archive over DICOMweb: STOW-RS and QIDO-RS (PS3.18 10.5, 10.6), and what they refer to.

Retrieval is that of the stored files, so that a search and a store can be followed up; the
WADO-RS server is another peer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydicom import DataElement, Dataset
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.pacs import query
from simulators.pacs.archive import Held, NotAnInstance, held
from simulators.pacs.node import Pacs
from simulators.pacs.parts import Refused, boundary_of, parts
from simulators.pacs.search import LEVELS, Search, UnusableSearch, search_of

DICOM_JSON = "application/dicom+json"
INSTANCE_TYPE = "application/dicom"
MOST_BYTES = 1 << 29
"""Longest payload of a store request that is taken."""
MOST_MATCHES = 1000
"""Matches in one answer; a Warning says when there are more (PS3.18 8.3.4.4)."""
NOT_FUZZY = (
    '299 {}: "The fuzzymatching parameter is not supported. '
    'Only literal matching has been performed."'
)
MORE = '299 {}: "There are additional results that can be requested"'
CANNOT_UNDERSTAND, OUT_OF_RESOURCES, OTHER_STUDY = 0xC000, 0xA700, 0xA900


def application(pacs: Pacs, base: str) -> Starlette:
    """The services at ``base``, which is the URL of this application."""
    service = _Service(pacs, base.rstrip("/"))
    series = "/studies/{study}/series/{series}"
    routes = [
        Route("/studies", service.store, methods=["POST"]),
        Route("/studies/{study}", service.store, methods=["POST"]),
        Route("/studies", service.search("STUDY")),
        Route("/series", service.search("SERIES")),
        Route("/instances", service.search("IMAGE")),
        Route("/studies/{study}/series", service.search("SERIES")),
        Route("/studies/{study}/instances", service.search("IMAGE")),
        Route(f"{series}/instances", service.search("IMAGE")),
        Route("/studies/{study}/metadata", service.metadata),
        Route(f"{series}/metadata", service.metadata),
        Route(f"{series}/instances/{{instance}}/metadata", service.metadata),
        Route(f"{series}/instances/{{instance}}", service.instance),
    ]
    return Starlette(routes=routes)


class _Service:
    """The services of one archive."""

    def __init__(self, pacs: Pacs, base: str) -> None:
        self._pacs = pacs
        self._base = base

    async def store(self, request: Request) -> Response:
        """STOW-RS: 200 where all is stored, 202 where a part, 409 where nothing (10.5.3)."""
        try:
            boundary = boundary_of(request.headers.get("content-type", ""))
            sent = list(parts(await _body(request), boundary))
        except Refused as error:
            return Response(error.explanation, error.status, media_type="text/plain")
        except ClientDisconnect:
            return Response("the payload ended early", 400, media_type="text/plain")
        # Files are written to the disk before they are answered for: not in the event loop.
        return await run_in_threadpool(self._kept, sent, request.path_params.get("study", ""))

    def _kept(self, sent: list[bytes], study: str) -> Response:
        answer = Dataset()
        answer.ReferencedSOPSequence, answer.FailedSOPSequence = [], []
        for one in sent:
            self._keep(one, study, answer)
        stored, failed = len(answer.ReferencedSOPSequence), len(answer.FailedSOPSequence)
        for name in ("ReferencedSOPSequence", "FailedSOPSequence"):
            if not answer[name].value:
                del answer[name]
        status = 409 if not stored else 202 if failed else 200
        return JSONResponse(in_json(answer), status, media_type=DICOM_JSON)

    def _keep(self, raw: bytes, study: str, answer: Dataset) -> None:
        """Keep one file, and say in the answer what became of it (table 10.5.3-1)."""
        item = Dataset()
        try:
            one = self._read(raw, study, item)
            self._pacs.store(raw)
        except NotAnInstance:
            item.FailureReason = item.get("FailureReason", CANNOT_UNDERSTAND)
            answer.FailedSOPSequence.append(item)
        except OSError:
            item.FailureReason = OUT_OF_RESOURCES
            answer.FailedSOPSequence.append(item)
        else:
            item.RetrieveURL = self._url(one)
            answer.ReferencedSOPSequence.append(item)
            answer.RetrieveURL = f"{self._base}/studies/{one.study}"

    @staticmethod
    def _read(raw: bytes, study: str, item: Dataset) -> Held:
        """The instance of a part, named in ``item``. Raises NotAnInstance."""
        one = held(raw)
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = one.sop_class, one.uid
        if study and one.study != study:
            item.FailureReason = OTHER_STUDY
            raise NotAnInstance(f"of study {one.study}")
        return one

    def _url(self, one: Held) -> str:
        return f"{self._base}/studies/{one.study}/series/{one.series}/instances/{one.uid}"

    def search(self, level: str) -> Callable[[Request], Response]:
        """QIDO-RS at a level (10.6.1)."""

        def found(request: Request) -> Response:
            try:
                wanted = search_of(level, request.query_params.multi_items(), request.path_params)
            except UnusableSearch as error:
                return Response(str(error), 400, media_type="text/plain")
            return self._matches(wanted)

        return found

    def _matches(self, wanted: Search) -> Response:
        answers = list(self._pacs.answers(wanted.level, wanted.keys, every=wanted.every))
        most = min(wanted.limit or MOST_MATCHES, MOST_MATCHES)
        shown = answers[wanted.offset : wanted.offset + most]
        headers = []
        if wanted.fuzzy:
            headers.append(("Warning", NOT_FUZZY.format(self._base)))
        if wanted.limit != most and len(answers) > wanted.offset + most:
            headers.append(("Warning", MORE.format(self._base)))
        for one in shown:
            one.RetrieveURL = self._base + LEVELS[wanted.level](one)
            one.InstanceAvailability = "ONLINE"
        content = [in_json(one) for one in shown]
        answer = JSONResponse(content, media_type=DICOM_JSON)
        for name, value in headers:
            answer.headers.append(name, value)
        return answer

    def _named(self, request: Request) -> list[Held]:
        """The instances that a path names."""
        keys = Dataset()
        for name, value in request.path_params.items():
            setattr(keys, query.UNIQUE["IMAGE" if name == "instance" else name.upper()], value)
        return [entity.instances[0] for entity in query.select(self._pacs.archive, "IMAGE", keys)]

    def metadata(self, request: Request) -> Response:
        """What the instances say, without their long values (10.4.1.1.2)."""
        found = self._named(request)
        if not found:
            return Response("no such instances", 404, media_type="text/plain")
        content = [in_json(one.head) for one in found]
        return JSONResponse(content, media_type=DICOM_JSON)

    def instance(self, request: Request) -> Response:
        """The file of an instance as it was stored."""
        found = self._named(request)
        if not found:
            return Response("no such instance", 404, media_type="text/plain")
        edge = "drimcheck-pacs-instance"
        head = f"--{edge}\r\nContent-Type: {INSTANCE_TYPE}; transfer-syntax={found[0].syntax}"
        content = head.encode() + b"\r\n\r\n" + found[0].file() + f"\r\n--{edge}--\r\n".encode()
        kind = f'multipart/related; type="{INSTANCE_TYPE}"; boundary={edge}'
        return Response(content, headers={"Content-Type": kind})


def in_json(document: Dataset) -> dict[str, Any]:
    """A data set in the JSON model, in UTF-8 as it says (F.2), without the values that it lacks."""
    said = Dataset({one.tag: one for one in document})
    if "SpecificCharacterSet" in said:
        said["SpecificCharacterSet"] = DataElement("SpecificCharacterSet", "CS", "ISO_IR 192")
    return said.to_json_dict(suppress_invalid_tags=True)


async def _body(request: Request) -> bytes:
    """The payload. Raises Refused where it is too long."""
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > MOST_BYTES:
            raise Refused(413, f"more than {MOST_BYTES} bytes")
    return bytes(taken)
