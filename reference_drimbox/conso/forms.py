"""What a browser posts: forms and files, bounded, from our own pages alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reference_drimbox.conso.multipart import Broken, parts
from reference_drimbox.mime import parameter

LONGEST_FORM = 1 << 16
Form = Mapping[str, list[str]]


async def body(request: Request, longest: int) -> bytes:
    """The body of a request. Raises HTTPException 413."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > longest:
            raise HTTPException(413)
    return bytes(found)


def posted(handle: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a form of ours; ``handle`` runs in a thread."""

    async def endpoint(request: Request) -> Response:
        ours(request)
        raw = await body(request, LONGEST_FORM)
        try:
            pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=100)
        except ValueError:
            raise HTTPException(400) from None
        form: dict[str, list[str]] = {}
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        return await run_in_threadpool(handle, request, form)

    return endpoint


def uploaded(
    handle: Callable[[Request, bytes], Response], longest: int
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a form of ours with one file (RFC 7578); ``handle`` runs in a thread."""

    async def endpoint(request: Request) -> Response:
        ours(request)
        raw = await body(request, longest + LONGEST_FORM)
        found = await run_in_threadpool(_file, request.headers.get("Content-Type", ""), raw)
        return await run_in_threadpool(handle, request, found)

    return endpoint


def _file(content_type: str, raw: bytes) -> bytes:
    """The file of a form. Raises HTTPException 400 where there is none."""
    try:
        for part in parts([raw], parameter(content_type, "boundary")):
            content = b"".join(part.pieces)
            if "filename" in part.headers.get("content-disposition", "") and content:
                return content
    except Broken:
        pass
    raise HTTPException(400)


def ours(request: Request) -> None:
    """The request comes from a page of ours. Raises HTTPException 403."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        raise HTTPException(403)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)


def first(form: Form, name: str) -> str:
    """The first value of a field, "" where it is absent."""
    return (form.get(name) or [""])[0]
