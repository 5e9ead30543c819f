"""Which representations are acceptable: the Accept header by PS3.18 8.7 and RFC 9110 12.5.1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.catalogue.tables import transfer_syntaxes
from validators.model import Defect
from validators.reading.dicom import BIG_ENDIAN, IMPLICIT_VR
from validators.reading.http import Header, HttpHead
from validators.wado.accept import MEDIA_TYPE, MediaRange, split
from validators.wado.media_types import OBSOLETE, SYNTAXES_OF
from validators.wado.request import DICOM, Beside, Request, accepts, ranges, rule, whole_retrievals

RENDERED = ("image/jpeg", "image/gif", "image/png", "image/jp2", "text/html", "text/plain",
            "text/xml", "text/rtf", "application/pdf")  # fmt: skip
WILDCARDS = ("*/*", "application/*", "multipart/*")
_DICOM_TYPES = (DICOM, "application/dicom+json", "application/dicom+xml", *WILDCARDS)


def accept_lines(request: Request) -> Iterable[Header]:
    return request.head.all("Accept") if request.retrieves else ()


def typed_ranges(request: Request) -> Iterable[MediaRange]:
    """The ranges that name a media type."""
    return [one for one in ranges(request) if one.media_type]


def multipart_ranges(request: Request) -> Iterable[MediaRange]:
    return [one for one in ranges(request) if one.media_type == "multipart/related"]


def of_several(request: Request) -> Iterable[MediaRange]:
    """The ranges of a request for what may be several instances."""
    return typed_ranges(request) if request.of_instances and request.target.several else ()


def with_syntax(request: Request) -> Iterable[MediaRange]:
    return [one for one in ranges(request) if one.all("transfer-syntax")]


def metadata_ranges(request: Request) -> Iterable[MediaRange]:
    return ranges(request) if request.target.modifier == "metadata" else ()


def frame_ranges(request: Request) -> Iterable[MediaRange]:
    found = request.target
    frames = found.level == "frames" and not found.modifier
    return typed_ranges(request) if frames or found.modifier in ("bulkdata", "pixeldata") else ()


@rule("WADO-REQ-06-ABSENT", over=whole_retrievals, verifies=("DRIM-C-REQ-06", "PS3.18-WQ30"))
def accept_absent(head: HttpHead) -> Iterator[Defect]:
    """The request has an Accept header with a value.

    Why: without it a Source answers 406, or 400.
    Fix: write Accept with a media range for each transfer syntax.
    """
    if not any(one.value for one in head.all("Accept")):
        yield head.defect(expected="Accept", child="Accept")


@rule("WADO-WQ31-EMPTY", over=accept_lines, verifies=("PS3.18-WQ31-EMPTY",))
def empty_list_element(header: Header) -> Iterator[Defect]:
    """The list of media ranges has no empty element, at its end neither.

    Why: readers must skip it, and some do not.
    Fix: write a comma between media ranges alone.
    """
    pieces = split(header.value, ",")
    if header.value and "" in pieces:
        yield header.defect(expected=len(pieces) - pieces.count(""), actual=len(pieces))


@rule("WADO-WQ31-TYPE", over=typed_ranges, verifies=("PS3.18-WQ31",))
def media_range_malformed(node: MediaRange) -> Iterator[Defect]:
    """A media range is type/subtype and parameters of the form name=value.

    Why: a server that cannot read one range ignores it, or refuses them all.
    Fix: write multipart/related; type="application/dicom"; transfer-syntax=<UID>; q=0.9.
    """
    main, _, sub = node.media_type.partition("/")
    good = MEDIA_TYPE.fullmatch(node.media_type) and (main != "*" or sub == "*")
    if not good or any(not one.name or not one.value for one in node.parameters):
        yield node.defect(expected="type/subtype;name=value", actual=node.text)


@rule("WADO-WQ43", over=ranges, verifies=("PS3.18-WQ43", "DRIM-C-REQ-13"))
def media_range_without_type(node: MediaRange) -> Iterator[Defect]:
    """A media range begins with its media type.

    Why: the short form of older DRIMboxes is no media range: other servers answer 406.
    Fix: write multipart/related; type="application/dicom" before transfer-syntax.
    """
    if not node.media_type:
        yield node.defect(expected='multipart/related; type="application/dicom"', actual=node.text)


@rule("WADO-REQ-08", over=ranges, verifies=("DRIM-C-REQ-08", "PS3.18-WQ31"))
def quality_malformed(node: MediaRange) -> Iterator[Defect]:
    """The weight q is from 0 to 1, with three decimals at most, and is there once.

    Why: the Source sorts the transfer syntaxes by it; another form it refuses.
    Fix: write q=0.9.
    """
    found = node.all("q")
    if node.quality is None or len(found) > 1:
        yield node.defect(expected="0 - 1", actual=", ".join(found))


@rule("WADO-REQ-08-DECIMAL", over=ranges, verifies=("DRIM-C-REQ-08-DECIMAL",))
def quality_of_several_decimals(node: MediaRange) -> Iterator[Defect]:
    """The weight q has one decimal at most.

    Why: the published DRIMbox reads one digit, a point and one digit, and refuses the others.
    Fix: write q=0.9.
    """
    text = node.get("q") or ""
    if node.quality is not None and len(text.partition(".")[2]) > 1:
        yield node.defect(expected="0.9", actual=text)


@rule("WADO-WQ33-ABSENT", over=multipart_ranges, verifies=("PS3.18-WQ33", "DRIM-C-REQ-06"))
def type_parameter_absent(node: MediaRange) -> Iterator[Defect]:
    """A multipart/related range says by type what its parts are.

    Why: without it the server does not know whether files, metadata or pixels are meant.
    Fix: write multipart/related; type="application/dicom".
    """
    if len(node.all("type")) != 1:
        yield node.defect(expected="type=", actual=node.text)


@rule("WADO-WQ33-SWALLOWED", over=multipart_ranges, verifies=("PS3.18-WQ33",))
def type_parameter_swallows_others(node: MediaRange) -> Iterator[Defect]:
    """The quotes of the type parameter end after the media type.

    Why: what is inside the quotes is part of the type: the transfer syntax is not seen.
    Fix: write type="application/dicom";transfer-syntax=<UID>.
    """
    found = node.get("type")
    if found and not MEDIA_TYPE.fullmatch(found):
        yield node.defect(expected=found.partition(";")[0].strip() or DICOM, actual=found)


@rule("WADO-WQ33-UNQUOTED", over=multipart_ranges, verifies=("PS3.18-WQ33-QUOTED",))
def type_parameter_unquoted(node: MediaRange) -> Iterator[Defect]:
    """The value of the type parameter stands in quotes.

    Why: it holds a slash: some servers answer 400 without the quotes.
    Fix: write type="application/dicom".
    """
    found = node.parameter("type")
    if found and found.value and not found.quoted:
        yield node.defect(expected=f'"{found.value}"', actual=found.value)


@rule("WADO-WQ32", over=of_several, verifies=("PS3.18-WQ32",))
def single_part_of_several_instances(node: MediaRange) -> Iterator[Defect]:
    """application/dicom alone is asked for one instance only.

    Why: a series does not fit into one DICOM file: a server answers 406.
    Fix: write multipart/related; type="application/dicom".
    """
    if node.media_type == DICOM:
        yield node.defect(expected=f'multipart/related; type="{DICOM}"', actual=node.text)


@rule("WADO-WQ35", over=with_syntax, verifies=("PS3.18-WQ35",))
def transfer_syntax_unknown(node: MediaRange) -> Iterator[Defect]:
    """transfer-syntax is one registered transfer syntax, or "*"; never Implicit or Big Endian.

    Why: a server answers 406 to what it does not know, and DICOMweb has no Implicit VR.
    Fix: write one UID of PS3.6 Table A-1 in each range.
    """
    found = node.all("transfer-syntax")
    known = transfer_syntaxes().keys() - {IMPLICIT_VR, BIG_ENDIAN} | {"*"}
    if len(found) > 1 or found[0] not in known:
        yield node.defect(expected="1 x PS3.6 A-1", actual=", ".join(found))


@rule("WADO-WQ36", over=with_syntax, verifies=("PS3.18-WQ36",))
def rendered_with_transfer_syntax(node: MediaRange) -> Iterator[Defect]:
    """A rendered media type has no transfer-syntax.

    Why: what is rendered is an ordinary picture: a server answers 400.
    Fix: leave transfer-syntax out.
    """
    if node.media_type in RENDERED and node.media_type not in SYNTAXES_OF:
        yield node.defect(expected=node.media_type, actual=node.text)


@rule("WADO-WQ37", over=accepts, verifies=("PS3.18-WQ37",))
def dicom_and_rendered_together(node: Beside) -> Iterator[Defect]:
    """No request asks for DICOM and for rendered media types together.

    Why: a server answers 400: it cannot tell which of the two services is meant.
    Fix: make two requests.
    """
    asked = {one.root_type for one in node.request.ranges}
    dicom = {DICOM, "application/dicom+json", "application/dicom+xml"} & asked
    rendered = {one.media_type for one in node.request.ranges} & set(RENDERED)
    if dicom and rendered:
        yield node.defect(expected=" | ".join(sorted(dicom)), actual=" | ".join(sorted(rendered)))


@rule("WADO-WQ38", over=metadata_ranges, verifies=("PS3.18-WQ38",))
def metadata_of_another_type(node: MediaRange) -> Iterator[Defect]:
    """Metadata are asked for as application/dicom+json, or as XML in a multipart.

    Why: servers differ in what they make of application/json; some answer 406.
    Fix: write Accept: application/dicom+json.
    """
    wanted = ("application/dicom+json", *WILDCARDS)
    xml = node.media_type == "multipart/related" and node.root_type == "application/dicom+xml"
    if node.media_type not in wanted and not xml:
        yield node.defect(expected="application/dicom+json", actual=node.text)


@rule("WADO-WQ39", over=frame_ranges, verifies=("PS3.18-WQ39",))
def frames_as_files(node: MediaRange) -> Iterator[Defect]:
    """Frames and bulk data are asked for as octets or as compressed pictures.

    Why: a frame is no DICOM file: servers answer 406.
    Fix: write multipart/related; type="application/octet-stream", or request the instance.
    """
    if node.root_type in _DICOM_TYPES and node.media_type not in WILDCARDS:
        yield node.defect(expected="application/octet-stream", actual=node.root_type)


@rule("WADO-WQ40", over=with_syntax, verifies=("PS3.18-WQ40",))
def syntax_not_of_the_media_type(node: MediaRange) -> Iterator[Defect]:
    """A compressed media type and the transfer syntax beside it belong together.

    Why: nothing is both: a server answers 406, or goes by one of them.
    Fix: take both from one row of PS3.18 Table 8.7.3-5.
    """
    allowed = SYNTAXES_OF.get(node.root_type)
    found = node.get("transfer-syntax") or ""
    if allowed and found != "*" and found not in allowed:
        yield node.defect(expected=" | ".join(allowed), actual=f"{node.root_type} {found}")


@rule("WADO-WQ40-OBSOLETE", over=typed_ranges, verifies=("PS3.18-WQ40-OBSOLETE",))
def media_type_obsolete(node: MediaRange) -> Iterator[Defect]:
    """No media type is one that PS3.18 has withdrawn.

    Why: newer servers do not know it.
    Fix: write image/jls, image/dicom-rle.
    """
    if node.root_type in OBSOLETE:
        yield node.defect(expected=OBSOLETE[node.root_type], actual=node.root_type)
