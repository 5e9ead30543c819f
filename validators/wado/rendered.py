"""Rendered images and thumbnails (PS3.18 8.7.4, 10.4.3.3.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs

from validators.model import Defect
from validators.reading import limits
from validators.wado.answer import rule
from validators.wado.codestream import start_of_frame
from validators.wado.response import MediaType, Payload, Response

_VIEWPORT = re.compile(r"([0-9]{1,6}),([0-9]{1,6})")


def rendered(response: Response) -> bool:
    request = response.request
    if request is not None:
        return response.retrieved and request.target.modifier in ("rendered", "thumbnail")
    return response.retrieved and response.media_type.startswith("image/")


def pictures(response: Response) -> Iterable[Payload]:
    return [one for one in response.parts if one.part.length] if rendered(response) else ()


def jpegs(response: Response) -> Iterable[Payload]:
    return [one for one in pictures(response) if one.media_type == "image/jpeg"]


def types(response: Response) -> Iterable[MediaType]:
    found = response.content_type
    return (found,) if found and rendered(response) else ()


@rule("WADO-WV01", over=types, verifies=("PS3.18-WV01",))
def rendered_as_dicom(found: MediaType) -> Iterator[Defect]:
    """What is rendered comes as an image, a video, a text or a PDF, never as DICOM.

    Why: who asks for it cannot read DICOM.
    Fix: answer image/jpeg.
    """
    kinds = ("image/", "video/", "text/", "application/pdf", "multipart/")
    if not found.root.startswith(kinds):
        yield found.defect(expected="image/jpeg", actual=found.header.value)


@rule("WADO-WV02", over=jpegs, verifies=("PS3.18-WV02",), needs=("body",))
def rendered_not_baseline(one: Payload) -> Iterator[Defect]:
    """A rendered image/jpeg is a baseline JPEG of 8 bits.

    Why: a browser shows no other.
    Fix: encode the rendered image, do not send the stored stream.
    """
    head = one.part.read(0, limits.MAX_CODESTREAM_HEAD_BYTES)
    found = start_of_frame(head) if head[:2] == b"\xff\xd8" else head[:2].hex(" ").upper()
    if found != "C0":
        yield one.defect(expected="FF C0", actual=found)


@rule("WADO-WV03", over=types, verifies=("PS3.18-WV03",))
def rendered_with_syntax(found: MediaType) -> Iterator[Defect]:
    """What is rendered announces no transfer syntax.

    Why: it is no DICOM any more.
    Fix: leave transfer-syntax out.
    """
    if found.get("transfer-syntax"):
        yield found.defect(expected="", actual=found.get("transfer-syntax"))


@rule("WADO-WV05", over=jpegs, verifies=("PS3.18-WV05",), needs=("body", "request"))
def rendered_larger_than_viewport(one: Payload) -> Iterator[Defect]:
    """A rendered image is no larger than the viewport that was asked for.

    Why: it is meant to fit a place on the screen.
    Fix: scale it down.
    """
    request = one.response.request
    query = request.target.query if request else ""
    asked = _VIEWPORT.match((parse_qs(query).get("viewport") or [""])[0])
    size = _size(one.part.read(0, limits.MAX_CODESTREAM_HEAD_BYTES))
    if asked and size and (size[0] > int(asked[1]) or size[1] > int(asked[2])):
        yield one.defect(expected=f"<= {asked[1]},{asked[2]}", actual=f"{size[0]},{size[1]}")


def _size(head: bytes) -> tuple[int, int] | None:
    """Width and height of a baseline JPEG."""
    at = head.find(b"\xff\xc0")
    if at < 0 or at + 9 > len(head):
        return None
    high = int.from_bytes(head[at + 5 : at + 7], "big")
    return int.from_bytes(head[at + 7 : at + 9], "big"), high
