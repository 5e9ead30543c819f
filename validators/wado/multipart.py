"""The multipart that a retrieval answers with (DRIM-M C.2; PS3.18 8.6.1.2; RFC 2046, 2387)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.wado.answer import Answer, multipart_answers, multiparts, parts, rule
from validators.wado.response import DICOM, RELATED, MediaType, Payload, Response

_CHARACTERS = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")
_TO_QUOTE = re.compile(r"[(),/:=? <>@;\\\[\]]")


def instance_answers(response: Response) -> Iterable[Answer]:
    """An answer that owes instances, and says of what type it is."""
    return (Answer(response),) if response.of_instances and response.content_type else ()


@rule("WADO-RES-02", over=instance_answers, verifies=("DRIM-C-RES-02",))
def instances_of_another_type(one: Answer) -> Iterator[Defect]:
    """Instances come as multipart/related; type="application/dicom".

    Why: the DRIMbox Conso reads nothing else; a login page answered 200 is taken for images.
    Fix: write Content-Type: multipart/related; type="application/dicom"; boundary=...
    """
    response, found = one.response, one.response.content_type
    asked = response.request.ranges if response.request else []
    single = any(each.media_type == DICOM for each in asked)
    if found is None or (found.name == DICOM and single):
        return
    if found.name != RELATED:
        yield found.defect(expected=RELATED, actual=found.header.value)
    elif found.get("type") and found.root != DICOM:
        yield found.defect(expected=f'type="{DICOM}"', actual=found.get("type"))


@rule("WADO-WR20", over=multiparts, verifies=("PS3.18-WR20", "DRIM-C-RES-02"))
def type_parameter_absent(found: MediaType) -> Iterator[Defect]:
    """A multipart/related has its type parameter.

    Why: the client does not know whether it can read the parts before it has them.
    Fix: write type="application/dicom".
    """
    if not found.get("type"):
        yield found.defect(expected="type")


@rule("WADO-WR20-ONCE", over=multiparts, verifies=("PS3.18-WR20",))
def parameter_repeated(found: MediaType) -> Iterator[Defect]:
    """No parameter of the Content-Type stands twice.

    Why: one reader takes the first, the next one the last.
    Fix: write each parameter once.
    """
    names = [one.name for one in found.parameters]
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield found.defect(expected=f"1 x {name}", actual=f"{names.count(name)} x {name}")


@rule("WADO-WR22", over=multiparts, verifies=("PS3.18-WR22", "DRIM-C-RES-02"))
def boundary_absent(found: MediaType) -> Iterator[Defect]:
    """A multipart has its boundary parameter.

    Why: without it the parts cannot be told from each other.
    Fix: write boundary= with a value that stands in no part.
    """
    if not found.get("boundary"):
        yield found.defect(expected="boundary")


@rule("WADO-WR22-CHARS", over=multiparts, verifies=("PS3.18-WR22",))
def boundary_malformed(found: MediaType) -> Iterator[Defect]:
    """The boundary has 1 to 70 of the characters that RFC 2046 allows, the last one no blank.

    Why: clients refuse others, or look for something else.
    Fix: write a UUID.
    """
    text = found.get("boundary")
    if text and (not _CHARACTERS.fullmatch(text) or text.endswith(" ")):
        yield found.defect(expected="1-70 bchars", actual=text)


@rule("WADO-WR22-QUOTED", over=multiparts, verifies=("PS3.18-WR22",))
def boundary_not_quoted(found: MediaType) -> Iterator[Defect]:
    """A boundary that is no token is quoted.

    Why: a strict reader stops at the first character that a token cannot have.
    Fix: put it in quotes, or take a UUID.
    """
    one = found.parameter("boundary")
    if one and not one.quoted and _TO_QUOTE.search(one.value):
        yield found.defect(expected=f'boundary="{one.value}"', actual=f"boundary={one.value}")


@rule("WADO-WR21", over=multipart_answers, verifies=("PS3.18-WR21",), needs=("body",))
def root_of_another_type(one: Answer) -> Iterator[Defect]:
    """The type parameter is the type of the root part.

    Why: what a client does when they differ is undefined.
    Fix: announce the type that the parts have.
    """
    found = one.response.content_type
    root = _root(one.response)
    if found and root and root.type and found.get("type") and root.type.name != found.root:
        if ";" in found.root:
            yield found.defect(expected=root.type.name, actual=found.root)
        else:
            yield root.defect(expected=found.root, actual=root.type.name)


@rule("WADO-WR24", over=multipart_answers, verifies=("PS3.18-WR24",), needs=("body",))
def start_names_no_part(one: Answer) -> Iterator[Defect]:
    """The start parameter, where there is one, is the Content-ID of a part.

    Why: the root of the multipart cannot be found.
    Fix: leave start out, or write the Content-ID of the first part, with its < and >.
    """
    response = one.response
    start = response.content_type.get("start") if response.content_type else ""
    named = {each.part.value("Content-ID") for each in response.parts}
    if start and response.parts and start not in named:
        yield one.defect(expected=start, actual=" ".join(sorted(named)).strip() or None)


def _root(response: Response) -> Payload | None:
    start = response.content_type.get("start") if response.content_type else ""
    every = response.parts
    named = (one for one in every if start and one.part.value("Content-ID") == start)
    return next(named, every[0] if every else None)


@rule("WADO-WR25", over=multipart_answers, verifies=("PS3.18-WR25",), needs=("body",))
def text_around_the_parts(one: Answer) -> Iterator[Defect]:
    """Nothing stands before the first part nor after the last one.

    Why: PS3.18 does not provide for it; a reader skips it, as RFC 2046 says.
    Fix: begin with the first delimiter, end with the closing one.
    """
    found = one.response.multipart
    if found.preamble:
        yield Defect("preamble", "0", str(found.preamble), one.response.head.end)
    if found.epilogue:
        yield Defect("epilogue", "0", str(found.epilogue))


@rule("WADO-WR25-HEAD", over=parts, verifies=("PS3.18-WR25-HEAD",), needs=("body",))
def head_in_the_content(one: Payload) -> Iterator[Defect]:
    """The content of a part begins right after the one empty line that ends its headers.

    Why: what is left of the headers is read as the first bytes of the image.
    Fix: write the headers, each with CR LF, one empty line, then the content.
    """
    first = one.part.read(0, 16)
    if first.startswith(b"\r\n") or first.lower().startswith(b"content-"):
        yield one.defect(expected="CR LF CR LF", actual=first.decode("latin_1"))


@rule("WADO-WR26", over=multipart_answers, verifies=("PS3.18-WR26",), needs=("body",))
def delimiters_ended_by_lf(one: Answer) -> Iterator[Defect]:
    """Delimiters and headers of parts stand on lines that end with CR LF.

    Why: a strict reader finds no part at all.
    Fix: write CR LF.
    """
    found = one.response.multipart
    count = found.lone_lf + sum(part.lone_lf for part in found.parts)
    if count:
        yield one.defect(expected="CR LF", actual=f"{count} x LF")


@rule("WADO-WR27", over=multipart_answers, verifies=("PS3.18-WR27",), needs=("body",))
def close_delimiter_missing(one: Answer) -> Iterator[Defect]:
    """The closing delimiter ends the last part.

    Why: an answer that was cut cannot be told from a whole one.
    Fix: write CR LF --boundary-- after the last part.
    """
    if one.response.multipart.parts and not one.response.multipart.closed:
        yield one.defect(expected="--boundary--")


@rule("WADO-WR28", over=multipart_answers, verifies=("PS3.18-WR28",), needs=("body",))
def boundary_in_a_part(one: Answer) -> Iterator[Defect]:
    """The boundary begins no line of any part.

    Why: a reader cuts the image there.
    Fix: draw another boundary for each response.
    """
    body = one.response.body
    for offset in one.response.multipart.collisions:
        place = body.place(offset) if body else offset
        yield Defect("body", "", "--boundary", place)


@rule("WADO-WR29", over=multipart_answers, verifies=("PS3.18-WR29",), needs=("body",))
def multipart_without_part(one: Answer) -> Iterator[Defect]:
    """A multipart has at least one part.

    Why: the client shows an exam without images, and nobody looks for them.
    Fix: answer 404 where nothing is found.
    """
    body = one.response.body
    if body and body.length and not one.response.multipart.parts:
        yield one.defect(expected=">= 1", actual=0)


@rule("WADO-WR29-EMPTY", over=parts, verifies=("PS3.18-WR29",), needs=("body",))
def part_empty(one: Payload) -> Iterator[Defect]:
    """No part is empty.

    Why: an instance was lost on the way.
    Fix: send the instance, or fail the whole response.
    """
    if not one.part.length:
        yield one.defect(expected="> 0", actual=0)
