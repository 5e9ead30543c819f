"""Frames and bulk data (PS3.18 10.4.3.3.3, 10.4.3.3.4, 8.7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.wado.answer import Answer, parts, rule
from validators.wado.codestream import frame_problem
from validators.wado.media_types import SYNTAXES_OF
from validators.wado.response import Payload, Response

OCTETS = "application/octet-stream"
COMPRESSED = frozenset(SYNTAXES_OF) - {OCTETS}
_REPEATED = re.compile(r"(/frames/[0-9,]+).*/frames/")


def of_frames(response: Response) -> bool:
    """Whether frames or bulk data are answered, not instances nor rendered images."""
    request = response.request
    if request is not None:
        asked = request.target.level == "frames" and not request.target.modifier
        return (asked and not request.whole_instances) or request.target.modifier in (
            "bulkdata", "pixeldata",
        )  # fmt: skip
    root = response.content_type.root if response.content_type else ""
    return root in SYNTAXES_OF and response.media_type == "multipart/related"


def frame_parts(response: Response) -> Iterable[Payload]:
    return parts(response) if of_frames(response) else ()


def compressed_parts(response: Response) -> Iterable[Payload]:
    return [one for one in frame_parts(response) if one.media_type in COMPRESSED]


def framed_answers(response: Response) -> Iterable[Answer]:
    """An answer with the frames that a request numbers."""
    request = response.request
    numbered = request is not None and request.target.level == "frames"
    return (Answer(response),) if numbered and response.retrieved and of_frames(response) else ()


@rule("WADO-WB01", over=frame_parts, verifies=("PS3.18-WB01",), needs=("body",))
def frame_of_another_type(one: Payload) -> Iterator[Defect]:
    """Each frame is application/octet-stream, or of a type of compressed pixels.

    Why: the client chooses the decoder by it.
    Fix: write application/octet-stream for raw pixels, else the type of PS3.18 Table 8.7.3-5.
    """
    if one.media_type not in SYNTAXES_OF:
        yield one.defect(expected=OCTETS, actual=one.media_type, child="Content-Type")


@rule("WADO-WB02", over=framed_answers, verifies=("PS3.18-WB02",), needs=("body", "request"))
def frames_not_those_asked(one: Answer) -> Iterator[Defect]:
    """There is one part for each frame that was asked for.

    Why: the client gives each part the number that it asked for.
    Fix: send the frames in the order of the request; answer 404 where one does not exist.
    """
    request = one.response.request
    asked = request.target.frames.split(",") if request else []
    if len(one.response.parts) != len(asked):
        yield one.defect(expected=len(asked), actual=len(one.response.parts))


@rule("WADO-WB03", over=frame_parts, verifies=("PS3.18-WB03",), needs=("body",))
def frame_location_repeated(one: Payload) -> Iterator[Defect]:
    """The Content-Location of a frame has /frames/ once.

    Why: a client that follows it gets 404.
    Fix: write .../instances/{instance}/frames/{number}.
    """
    value = one.part.value("Content-Location")
    if _REPEATED.search(value):
        yield one.defect(expected="1 x /frames/", actual=value, child="Content-Location")


@rule("WADO-WB04", over=framed_answers, verifies=("PS3.18-WB04",), needs=("body", "request"))
def raw_frames_of_two_lengths(one: Answer) -> Iterator[Defect]:
    """The uncompressed frames of an image have one length.

    Why: they have the same rows, columns and samples; a shorter one was cut.
    Fix: send each frame whole, without padding between frames.
    """
    raw = [each for each in one.response.parts if each.media_type == OCTETS]
    longest = max((each.part.length for each in raw), default=0)
    for each in raw:
        if each.part.length != longest:
            yield each.defect(expected=longest, actual=each.part.length)


@rule("WADO-WB05", over=compressed_parts, verifies=("PS3.18-WB05",), needs=("body",))
def frame_no_codestream(one: Payload) -> Iterator[Defect]:
    """A compressed frame is the bare stream of its type: no fragment, no file around it.

    Why: a decoder finds no start of image.
    Fix: send what the fragments of the frame hold, without their item headers.
    """
    syntaxes = [one.announced] if one.announced else SYNTAXES_OF[one.media_type]
    problems = [frame_problem(each, one.part, 0, one.part.length) for each in syntaxes]
    if all(problems) and problems[0]:
        yield one.defect(expected=problems[0][0], actual=problems[0][1])


@rule("WADO-WB06", over=compressed_parts, verifies=("PS3.18-WB06",), needs=("body",))
def frame_syntax_not_announced(one: Payload) -> Iterator[Defect]:
    """A compressed frame says its transfer syntax.

    Why: image/jpeg is lossless or lossy: the client cannot tell before it decodes.
    Fix: write transfer-syntax= in the Content-Type of the part.
    """
    if not one.announced:
        yield one.defect(expected="transfer-syntax", child="Content-Type")


@rule("WADO-WB06-TYPE", over=compressed_parts, verifies=("PS3.18-WB06-TYPE",), needs=("body",))
def frame_syntax_of_another_type(one: Payload) -> Iterator[Defect]:
    """The transfer syntax of a frame is one of its media type.

    Why: image/jp2 with the syntax of JPEG calls for two decoders.
    Fix: pair them as PS3.18 Table 8.7.3-5 does.
    """
    due = SYNTAXES_OF[one.media_type]
    if one.announced and one.announced not in due:
        yield one.defect(expected=" ".join(due), actual=one.announced, child="Content-Type")
