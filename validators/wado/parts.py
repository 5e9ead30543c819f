"""The headers of the parts, and what they announce (DRIM-M C.2; PS3.18 8.6.1.2, 8.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.dicom import EXPLICIT_VR
from validators.wado.answer import Answer, parts, readable_instances, rule
from validators.wado.response import DICOM, MediaType, Payload, Response

_LOCATION = re.compile(r"/studies/([^/]+)/series/([^/]+)/instances/([^/?#]+)")


def lengths_due(response: Response) -> Iterable[Payload]:
    """The parts of a multipart without transfer coding, whose lengths nothing else tells."""
    if response.head.first("Transfer-Encoding"):
        return ()
    return parts(response)


def single_answers(response: Response) -> Iterable[Answer]:
    """A single instance, not in a multipart."""
    single = response.retrieved and response.media_type == DICOM
    return (Answer(response),) if single else ()


def announcing(response: Response) -> Iterable[MediaType]:
    """Every Content-Type of what was retrieved, that of the response first."""
    whole = response.content_type
    if not response.retrieved or whole is None:
        return ()
    return [whole, *(one.type for one in parts(response) if one.type)]


def located(response: Response) -> Iterable[Payload]:
    return [one for one in readable_instances(response) if one.part.value("Content-Location")]


@rule("WADO-WP01", over=parts, verifies=("PS3.18-WP01", "DRIM-C-RES-04"), needs=("body",))
def part_without_type(one: Payload) -> Iterator[Defect]:
    """Each part has a Content-Type.

    Why: without it a part is text, by the rules of MIME.
    Fix: write Content-Type: application/dicom as its first header.
    """
    if one.type is None:
        yield one.defect(expected="Content-Type")


@rule("WADO-WP01-ONCE", over=parts, verifies=("PS3.18-WP01",), needs=("body",))
def part_parameter_repeated(one: Payload) -> Iterator[Defect]:
    """A part has one Content-Type, and each of its parameters once.

    Why: one reader takes the first, the next one the last.
    Fix: write each once.
    """
    count = len(one.part.all("Content-Type"))
    if count > 1:
        yield one.defect(expected="1", actual=count, child="Content-Type")
    names = [each.name for each in one.type.parameters] if one.type else []
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield one.defect(expected=f"1 x {name}", actual=f"{names.count(name)} x {name}")


@rule("WADO-WP01-HEADER", over=parts, verifies=("PS3.18-WP01",), needs=("body",))
def part_header_malformed(one: Payload) -> Iterator[Defect]:
    """The headers of a part are lines with a name, a colon and a value; an empty line ends them.

    Why: a reader takes for content what another takes for a header.
    Fix: write "Name: value", then CR LF CR LF.
    """
    for offset, text in one.part.malformed:
        yield Defect(one.path, "name: value", text, one.part.body.place(offset))
    if not one.part.ended:
        yield one.defect(expected="CR LF CR LF")


@rule("WADO-WP02", over=parts, verifies=("PS3.18-WP02",), needs=("body",))
def part_length_wrong(one: Payload) -> Iterator[Defect]:
    """The Content-Length of a part is the number of bytes of its content.

    Why: a reader that goes by it loses the next part.
    Fix: count the content alone: neither the headers nor the CR LF before the delimiter.
    """
    for each in one.part.all("Content-Length"):
        if one.part.declared != one.part.length:
            yield each.defect(expected=one.part.length, actual=each.value)


@rule("WADO-WP02-ABSENT", over=lengths_due, verifies=("PS3.18-WP02-ABSENT",), needs=("body",))
def part_length_absent(one: Payload) -> Iterator[Defect]:
    """Each part has a Content-Length where the response is not sent in chunks.

    Why: the reader must search every byte of the images for the delimiter.
    Fix: write Content-Length in each part.
    """
    if not one.part.all("Content-Length"):
        yield one.defect(expected="Content-Length")


@rule("WADO-WP03", over=parts, verifies=("PS3.18-WP03",), needs=("body",))
def part_location_absent(one: Payload) -> Iterator[Defect]:
    """Each part says with Content-Location which resource it is.

    Why: the client can tell the parts from each other only by opening them.
    Fix: write Content-Location with the URL of the instance or of the frame.
    """
    if not one.part.all("Content-Location"):
        yield one.defect(expected="Content-Location")


@rule("WADO-WP03-TARGET", over=located, verifies=("PS3.18-WP03-TARGET",), needs=("body",))
def part_location_of_another(one: Payload) -> Iterator[Defect]:
    """The Content-Location of an instance names its study, series and instance.

    Why: the client fetches, or caches, another one.
    Fix: write .../studies/{study}/series/{series}/instances/{instance}.
    """
    value = one.part.value("Content-Location")
    found = _LOCATION.search(value)
    own = one.instance.uids
    if found is None or found.groups() != own:
        expected = "/studies/{}/series/{}/instances/{}".format(*own)
        yield one.defect(expected=expected, actual=value, child="Content-Location")


@rule("WADO-WP04", over=parts, verifies=("PS3.18-WP04",), needs=("body",))
def part_encoded_for_mail(one: Payload) -> Iterator[Defect]:
    """No part is sent in base64 or quoted-printable.

    Why: HTTP has no Content-Transfer-Encoding: the client reads text as an image.
    Fix: send the bytes as they are.
    """
    for each in one.part.all("Content-Transfer-Encoding"):
        if each.value.lower() not in ("binary", "8bit", "7bit"):
            yield each.defect(expected="binary", actual=each.value)


@rule("WADO-WP04-HEADER", over=parts, verifies=("PS3.18-WP04-HEADER",), needs=("body",))
def part_with_header_of_mail(one: Payload) -> Iterator[Defect]:
    """No part has Content-Transfer-Encoding.

    Why: it is a header of mail, which HTTP does not have; binary changes nothing.
    Fix: leave it out.
    """
    for each in one.part.all("Content-Transfer-Encoding"):
        if each.value.lower() in ("binary", "8bit", "7bit"):
            yield each.defect(expected="", actual=each.value)


@rule("WADO-WP15", over=single_answers, verifies=("PS3.18-WP15",), needs=("request",))
def single_part_for_several(one: Answer) -> Iterator[Defect]:
    """A bare application/dicom answers the request of one instance that asks for it.

    Why: the client looks for a boundary and finds none.
    Fix: answer multipart/related, of one part where there is one instance.
    """
    request = one.response.request
    asked = request.ranges if request else []
    if request and (request.target.several or not any(each.media_type == DICOM for each in asked)):
        yield one.defect(expected="multipart/related", actual=DICOM)


@rule("WADO-WP07", over=readable_instances, verifies=("PS3.18-WP07",), needs=("body",))
def syntax_not_as_announced(one: Payload) -> Iterator[Defect]:
    """The transfer syntax that a part announces is that of its file meta information.

    Why: a client decodes the pixels by what is announced.
    Fix: write in transfer-syntax what (0002,0010) has.
    """
    announced = one.announced
    if announced not in ("", "*", one.instance.syntax) and one.instance.syntax:
        yield one.defect(
            expected=one.instance.syntax, actual=announced, child="Content-Type; transfer-syntax"
        )


@rule("WADO-WP07-ANY", over=announcing, verifies=("PS3.18-WP07",))
def any_syntax_announced(found: MediaType) -> Iterator[Defect]:
    """No Content-Type announces transfer-syntax=*.

    Why: "any" is what a client may ask; an answer has one.
    Fix: write the UID of the transfer syntax.
    """
    if found.get("transfer-syntax") == "*":
        yield found.defect(expected="UID", actual="*")


@rule("WADO-WP07-ABSENT", over=readable_instances, verifies=("PS3.18-WP07-ABSENT",),
      needs=("body",))  # fmt: skip
def compressed_syntax_not_announced(one: Payload) -> Iterator[Defect]:
    """A part that is not in Explicit VR Little Endian announces its transfer syntax.

    Why: where none is announced the default is meant.
    Fix: write transfer-syntax= in the Content-Type of the part.
    """
    if not one.announced and one.instance.syntax not in ("", EXPLICIT_VR):
        yield one.defect(expected=one.instance.syntax, child="Content-Type; transfer-syntax")
