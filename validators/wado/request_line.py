"""What is asked: method, target, UIDs, frames, query (DRIM-M C.1; PS3.18 8.2, 8.3, 10.4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from validators.identifiers import is_uid
from validators.model import Defect
from validators.reading.http import HttpHead
from validators.wado.request import Request, Step, any_target, retrieves, rule, whole

METHODS = ("GET", "HEAD", "OPTIONS")
VERSIONS = ("HTTP/1.1", "HTTP/2", "HTTP/2.0")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FRAME = re.compile(r"[1-9][0-9]*")
RENDERED = ("annotation", "quality", "viewport", "window", "iccprofile")
URI_SERVICE = frozenset(
    ("transferSyntax", "contentType", "requestType", "studyUID", "seriesUID", "objectUID")
)
"""Parameters of the URI service, which RESTful resources do not have (PS3.18 9.1)."""


def bodies(request: Request) -> Iterable[HttpHead]:
    return (request.head,) if request.method == "GET" else ()


def uids(request: Request) -> Iterable[Step]:
    return [Step(request, name, uid) for name, uid in request.target.uids.items()]


def frame_lists(request: Request) -> Iterable[Step]:
    found = request.target
    return (Step(request, "frames", found.frames),) if found.level == "frames" else ()


def queries(request: Request) -> Iterable[Step]:
    found = request.target
    asked = request.retrieves and found.url is not None and "?" in found.text
    return (Step(request, "query", found.query),) if asked else ()


def _parameters(query: str) -> list[tuple[str, str]]:
    pairs = [one.partition("=") for one in query.split("&")]
    return [(name, unquote(value)) for name, _, value in pairs]


@rule("WADO-REQ-01-METHOD", over=whole, verifies=("DRIM-C-REQ-01", "PS3.18-WQ01"))
def method_not_get(head: HttpHead) -> Iterator[Defect]:
    """The method is GET; HEAD and OPTIONS are of HTTP itself.

    Why: a Source answers 405 to any other method on its images.
    Fix: send GET.
    """
    if head.start[0] not in METHODS:
        yield head.defect(expected="GET", actual=head.start[0])


@rule("WADO-REQ-01-BODY", over=bodies, verifies=("DRIM-C-REQ-01", "PS3.18-WQ01"))
def request_has_a_body(head: HttpHead) -> Iterator[Defect]:
    """A GET has no body, and no header that announces one.

    Why: servers refuse it, or leave it in the connection, in front of the next request.
    Fix: leave out the body, Content-Type, Content-Length and Transfer-Encoding.
    """
    for name in ("Transfer-Encoding", "Content-Type"):
        for one in head.all(name):
            yield one.defect(expected="", actual=one.value)
    length = head.first("Content-Length")
    if length is not None and length.value != "0":
        yield length.defect(expected="0", actual=length.value)
    elif head.size > head.end:
        yield head.defect(expected="0", actual=head.size - head.end, child="body")


@rule("WADO-REQ-01-VERSION", over=whole, verifies=("DRIM-C-REQ-01", "PS3.18-WQ02"))
def version_not_1_1(head: HttpHead) -> Iterator[Defect]:
    """The version is HTTP/1.1, or HTTP/2.

    Why: HTTP/1.0 has no chunked answers: images could not be streamed.
    Fix: send HTTP/1.1.
    """
    if head.start[-1] not in VERSIONS:
        yield head.defect(expected="HTTP/1.1", actual=head.start[-1])


@rule("WADO-REQ-02-PATH", over=retrieves, verifies=("DRIM-C-REQ-02", "PS3.18-WQ10"))
def path_is_no_resource(node: Step) -> Iterator[Defect]:
    """The path is one of the resources of WADO-RS, its words in lower case.

    Why: a Source answers 404 to any other path.
    Fix: request the Retrieve URL of the KOS as it stands: <base>/studies/{study}/series/{series}.
    """
    if not node.request.target.known:
        yield node.defect(expected="<base>/studies/{study}/series/{series}", actual=node.value)


@rule("WADO-WQ11", over=any_target, verifies=("PS3.18-WQ11",))
def path_not_normal(node: Step) -> Iterator[Defect]:
    """The path has no empty or dot segment, no slash at its end, no fragment, no encoded digit.

    Why: servers and proxies normalise such paths each in its way, or answer 404.
    Fix: write the path in its plain form.
    """
    found = node.request.target
    if found.url is None:
        return
    segments = found.path.split("/")[1:]
    plain = "" not in segments and not {".", ".."} & set(segments)
    encoded = re.search(r"%(?:3[0-9]|2[Ee])", found.path)
    if not plain or encoded or "#" in found.text:
        yield node.defect(expected="/{segment}/{segment}", actual=node.value)


@rule("WADO-WQ12", over=any_target, verifies=("PS3.18-WQ12",))
def target_unreadable(node: Step) -> Iterator[Defect]:
    """The target is a URI without blanks.

    Why: a server cuts the request line at blanks, and takes the rest for the version.
    Fix: percent-encode what a URI may not hold.
    """
    if node.request.target.url is None or re.search(r"[\s<>\"{}|\\^`]", node.value):
        yield node.defect(expected="RFC 3986", actual=node.value)


@rule("WADO-REQ-03", over=uids, verifies=("DRIM-C-REQ-03", "PS3.18-WQ13"))
def uid_malformed(node: Step) -> Iterator[Defect]:
    """The UIDs of the path are DICOM UIDs of at most 64 characters.

    Why: a Source answers 400, or looks for something that cannot exist.
    Fix: take the UIDs from the KOS as they stand, without padding.
    """
    if not is_uid(node.value):
        yield node.defect(expected="PS3.5 9.1", actual=node.value)


@rule("WADO-WQ14", over=frame_lists, verifies=("PS3.18-WQ14",))
def frame_list_malformed(node: Step) -> Iterator[Defect]:
    """Frames are a list of numbers from 1 on, with commas.

    Why: a Source answers 400 to a range, to a zero, to a blank.
    Fix: write frames/1,2,3.
    """
    if not all(_FRAME.fullmatch(one) for one in node.value.split(",")):
        yield node.defect(expected="1,2,3", actual=node.value)


@rule("WADO-WQ14-TWICE", over=frame_lists, verifies=("PS3.18-WQ14-ONCE",))
def frame_asked_twice(node: Step) -> Iterator[Defect]:
    """No frame is asked for twice.

    Why: some servers send it once, some twice: the frames after it are taken for others.
    Fix: name each frame once.
    """
    asked = node.value.split(",")
    if len(asked) != len(set(asked)):
        yield node.defect(expected=",".join(dict.fromkeys(asked)), actual=node.value)


@rule("WADO-WQ20", over=queries, verifies=("PS3.18-WQ20",))
def query_malformed(node: Step) -> Iterator[Defect]:
    """A query has parameters with names of letters, digits and underscores, joined by "&".

    Why: a Source answers 400, or ignores what it cannot read.
    Fix: write name=value&name=value, or no "?" at all.
    """
    names = [name for name, _ in _parameters(node.value)]
    if not all(_PARAMETER.fullmatch(name) for name in names):
        yield node.defect(expected="name=value&...", actual=node.value)


@rule("WADO-WQ21", over=queries, verifies=("PS3.18-WQ21",))
def parameter_unknown(node: Step) -> Iterator[Defect]:
    """Each parameter of the query is one that the resource has.

    Why: the server ignores it: the client believes to have asked for something.
    Fix: leave it out.
    """
    modifier = node.request.target.modifier
    known = {"accept"} | ({"charset"} if modifier == "metadata" else set())
    if modifier in ("rendered", "thumbnail"):
        known |= set(RENDERED)
    for name, _ in _parameters(node.value):
        if _PARAMETER.fullmatch(name) and name not in known and name not in URI_SERVICE:
            yield node.defect(expected=" | ".join(sorted(known)), actual=name)


@rule("WADO-WQ22", over=queries, verifies=("PS3.18-WQ22",))
def parameter_of_the_uri_service(node: Step) -> Iterator[Defect]:
    """No parameter is one of the older URI service.

    Why: a RESTful server ignores it, and sends another transfer syntax or another object.
    Fix: name objects in the path, and the transfer syntax in Accept.
    """
    for name, _ in _parameters(node.value):
        if name in URI_SERVICE:
            yield node.defect(expected="Accept", actual=name)


@rule("WADO-WQ23", over=queries, verifies=("PS3.18-WQ23",))
def accept_parameter_with_wildcard(node: Step) -> Iterator[Defect]:
    """The accept parameter of a query names media types without wildcards.

    Why: it says which of the types of the header is meant; a wildcard says nothing.
    Fix: name one type, percent-encoded, or leave the parameter out.
    """
    for name, value in _parameters(node.value):
        if name == "accept" and ("*/" in value or "/*" in value):
            yield node.defect(expected="type/subtype", actual=value)
