"""A WADO-RS response as its rules look at it."""

from __future__ import annotations

from functools import cached_property

from validators.engine import Embedded
from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.http import Header, HttpHead, read_response
from validators.reading.http_body import Body, content_length, read_body, saved_body
from validators.reading.multipart import Multipart, Part, read_multipart
from validators.reading.xml import XmlFile
from validators.reading.xml import read as read_xml
from validators.wado.accept import Parameter, parameters, split
from validators.wado.fragments import Fragments, read_fragments
from validators.wado.instance import Instance
from validators.wado.manifest import Manifest
from validators.wado.metadata import Metadata, read_metadata
from validators.wado.request import Request

DICOM = "application/dicom"
RELATED = "multipart/related"
JSON, XML = "application/dicom+json", "application/dicom+xml"
NO_BODY = frozenset({204, 304})


class MediaType(Node):
    """The value of a Content-Type header: ``name`` in lower case, and its parameters."""

    __slots__ = ("header", "name", "parameters")

    def __init__(self, header: Header) -> None:
        self.header = header
        pieces = split(header.value, ";")
        self.name = pieces[0].lower()
        self.parameters = parameters([one for one in pieces[1:] if one])

    @property
    def path(self) -> str:
        return self.header.path

    @property
    def place(self) -> int:
        return self.header.offset

    @property
    def line(self) -> int | None:
        return self.header.line or None

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)

    def get(self, name: str) -> str:
        """The value of a parameter; "" where it is absent."""
        found = self.parameter(name)
        return found.value if found else ""

    @property
    def root(self) -> str:
        """The type of the parts of a multipart; else the media type itself."""
        return self.get("type").lower() if self.name == RELATED else self.name


class Payload(Node):
    """A part of the response, or its body where that is no multipart."""

    __slots__ = ("__dict__", "part", "response", "type")

    def __init__(self, response: Response, part: Part, media_type: MediaType | None) -> None:
        self.response = response
        self.part = part
        self.type = media_type

    @property
    def path(self) -> str:
        return self.part.path

    @property
    def place(self) -> int:
        return self.part.place

    @property
    def media_type(self) -> str:
        """Its media type; where it has none, that which the multipart announces."""
        announced = self.response.content_type
        return self.type.name if self.type else announced.root if announced else ""

    @property
    def announced(self) -> str:
        """The transfer syntax that the part announces, or else the multipart."""
        own = self.type.get("transfer-syntax") if self.type else ""
        whole = self.response.content_type
        return own or (whole.get("transfer-syntax") if whole else "")

    @cached_property
    def instance(self) -> Instance:
        return Instance(self.part)

    @cached_property
    def fragments(self) -> Fragments:
        """Those of its compressed pixels."""
        found = read_fragments(self.instance, self.response.fragments_left)
        self.response.fragments_left -= found.count
        return found

    @cached_property
    def xml(self) -> XmlFile:
        """The document that it is."""
        return read_xml(self.part.read(0, limits.MAX_XML_BYTES + 1))


class _Whole(Part):
    """A body that is no multipart, as its only part."""

    __slots__ = ()

    @property
    def path(self) -> str:
        return "body"


class Response:
    """A response and what was given with it: its request, the manifest that the request follows.

    ``captured`` says that the head is that of the wire, not a text that somebody saved. ``ended``
    says why a capture stopped before its end, ``plain`` that it was not asked for in HTTPS.
    ``body`` is None for a head alone, and where a content coding hides it. ``expected`` are the
    statuses that the request was made to get, the one that it should get first.
    """

    def __init__(
        self,
        head: HttpHead,
        body: Body | None,
        *,
        request: Request | None = None,
        manifest: Manifest | None = None,
        captured: bool = True,
        ended: str = "",
        plain: bool = False,
        expected: tuple[int, ...] = (),
    ) -> None:
        self.head = head
        self.body = body
        self.request = request
        self.manifest = manifest
        self.captured = captured
        self.ended = ended
        self.plain = plain
        self.expected = expected
        self.embedded: list[Embedded] = []
        self.fragments_left = limits.MAX_FRAGMENTS
        inputs = {"body": body, "request": request, "kos": manifest, "expected": expected or None}
        self.given = frozenset(name for name, one in inputs.items() if one is not None)

    def release(self) -> None:
        """Let go of the parts, which hold the response, and of what was read of them."""
        self.__dict__.pop("parts", None)

    @property
    def unread(self) -> str:
        passed = self.head.limit or (self.body.limit if self.body else "") or self.multipart.limit
        return passed or self._limit_of_parts

    @cached_property
    def _limit_of_parts(self) -> str:
        found = self.metadata.limit if self.metadata else ""
        documents = sum(one.part.length for one in self.parts if one.media_type == XML)
        if documents > limits.MAX_XML_PARTS_BYTES:
            return f"MAX_XML_PARTS_BYTES {limits.MAX_XML_PARTS_BYTES}"
        for one in self.parts:
            if one.media_type == DICOM and not found:
                found = one.instance.limit or one.fragments.limit
            elif one.media_type == XML and not found:
                found = one.xml.limit
        return found

    @cached_property
    def status(self) -> int:
        """The status code; 0 where there is none."""
        text = self.head.start[1] if len(self.head.start) > 1 else ""
        return int(text) if text.isascii() and text.isdigit() else 0

    @cached_property
    def content_type(self) -> MediaType | None:
        found = self.head.first("Content-Type")
        return MediaType(found) if found else None

    @property
    def media_type(self) -> str:
        return self.content_type.name if self.content_type else ""

    @property
    def retrieved(self) -> bool:
        """Whether this is the representation of a resource, all of it or some."""
        return self.status in (200, 206)

    @property
    def of_instances(self) -> bool:
        """Whether instances are due: by the request, or else as it is not of another kind."""
        if not self.retrieved:
            return False
        if self.request is not None:
            return self.request.whole_instances
        root = self.content_type.root if self.content_type else ""
        return not root.startswith(("image/", "video/", "application/octet", f"{DICOM}+"))

    @cached_property
    def multipart(self) -> Multipart:
        """The parts of a multipart that was retrieved; none of any other body."""
        boundary = self.content_type.get("boundary") if self.content_type else ""
        if self.body and boundary and self.retrieved and self.media_type == RELATED:
            return read_multipart(self.body, boundary)
        return Multipart()

    @cached_property
    def metadata(self) -> Metadata | None:
        """The metadata of a JSON answer; None where it is no JSON, or that of a health check."""
        if self.request is not None and not self.request.retrieves:
            return None
        if not (self.body and self.retrieved and self.media_type in (JSON, "application/json")):
            return None
        return read_metadata(self.body.read(0, limits.MAX_JSON_BYTES + 1))

    @cached_property
    def parts(self) -> list[Payload]:
        """What was retrieved, part by part."""
        if self.body is None or not self.retrieved:
            return []
        if self.media_type != RELATED:
            whole = _Whole(self.body, 1, 0)
            whole.length = self.body.length
            return [Payload(self, whole, self.content_type)] if whole.length else []
        return [Payload(self, one, _type_of(one)) for one in self.multipart.parts]


def _type_of(part: Part) -> MediaType | None:
    found = part.all("Content-Type")
    return MediaType(found[0]) if found else None


def read_exchange(
    raw: Buffer,
    body: Buffer | None = None,
    *,
    request: Request | None = None,
    manifest: Manifest | None = None,
    captured: bool | None = None,
    ended: str = "",
    plain: bool = False,
    expected: tuple[int, ...] = (),
) -> Response:
    """Read a response: ``raw`` is all of it, or its head where ``body`` is what a client saved.

    ``captured`` says that the bytes are those of the wire, nothing left out; None leaves it to how
    the text looks. ``ended``, ``plain`` and ``expected`` are those of the Response. Never raises
    for its content.
    """
    head = read_response(raw)
    wire = captured
    if wire is None:
        saved = body is not None or head.end >= len(raw)
        wire = not (saved and head.lone_lf == head.lines)
    lengths = [one.value for one in head.all("Content-Length")]
    codings = [one.value for one in head.all("Transfer-Encoding")]
    found: Body | None = None
    if body is not None:
        found = saved_body(body, None if codings else content_length(lengths))
    elif head.end < len(raw) or captured or (wire and _ends_with_head(head)):
        found = read_body(raw, head.end, lengths, codings)
    if found is not None and _coded(head):
        found = None
    return Response(
        head,
        found,
        request=request,
        manifest=manifest,
        captured=wire,
        ended=ended,
        plain=plain,
        expected=expected,
    )


def _ends_with_head(head: HttpHead) -> bool:
    """Whether a head with nothing after it is all that was sent: it says so."""
    nothing = len(head.start) > 1 and head.start[1] in {str(one) for one in NO_BODY}
    return nothing or head.value("Content-Length").strip() == "0"


def _coded(head: HttpHead) -> bool:
    """Whether a content or transfer coding hides the payload."""
    contents = {one.value.strip().lower() for one in head.all("Content-Encoding")}
    transfers = {one.value.strip().lower() for one in head.all("Transfer-Encoding")}
    return bool(contents - {"identity"} or transfers - {"chunked"})


def load(buffer: Buffer) -> Response:
    """Read a capture, or a head alone. Never raises for its content."""
    return read_exchange(buffer)


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, HTTP/; "" for an HTTP response."""
    return "" if buffer[:5] == b"HTTP/" else "HTTP/"
