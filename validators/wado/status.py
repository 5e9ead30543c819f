"""What a status says, and what it must come with (DRIM-M C.3; PS3.18 8.5, RFC 9110 15)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from validators.identifiers import is_uid
from validators.model import Defect
from validators.reading import limits
from validators.reading.dicom import EXPLICIT_VR
from validators.wado.answer import Answer, answer, of_status, rule
from validators.wado.response import DICOM, Response

KNOWN = range(200, 600)
REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
TRACES = (
    b"Traceback (most recent call last)",
    b"Exception in thread",
    b"\n\tat ",
    b"\r\n   at ",
    b"Stack trace:",
    b"goroutine 1 [",
)


def redirections(response: Response) -> Iterable[Answer]:
    return (Answer(response),) if response.status in REDIRECTIONS else ()


@rule("WADO-WR01", over=answer, verifies=("PS3.18-WR01",))
def status_out_of_range(one: Answer) -> Iterator[Defect]:
    """The status is one of HTTP, from 200 to 599.

    Why: what a client does with a status depends on its first digit.
    Fix: answer with a registered status.
    """
    if one.response.status not in KNOWN:
        yield one.defect(expected="200-599", actual=one.response.status)


@rule("WADO-RES-01", over=of_status(200, 299), verifies=("DRIM-C-RES-01",))
def success_without_representation(one: Answer) -> Iterator[Defect]:
    """A retrieval that succeeds is answered 200, or 206.

    Why: the DRIMbox Conso takes the images of these two alone.
    Fix: answer 200 with the images, or with the status of what went wrong.
    """
    if one.response.status not in (200, 204, 206):
        yield one.defect(expected="200", actual=one.response.status)


@rule("WADO-WR03", over=of_status(206), verifies=("PS3.18-WR03",))
def partial_answer_unasked(one: Answer) -> Iterator[Defect]:
    """206 answers a request with Range, and says which range it has.

    Why: the client cannot tell which instances are missing, and shows an exam without them.
    Fix: answer 200 with every instance, or an error; with a Range, write Content-Range.
    """
    response = one.response
    ranged = response.head.first("Content-Range") or response.media_type == "multipart/byteranges"
    if response.request is not None and not response.request.head.first("Range"):
        yield one.defect(expected="200", actual=206)
    elif not ranged:
        yield one.defect(expected="Content-Range")


@rule("WADO-WR04", over=of_status(200, 299), verifies=("PS3.18-WR04",))
def nothing_found_as_success(one: Answer) -> Iterator[Defect]:
    """What is not found is not answered as a success.

    Why: the client shows an exam without images, and nobody looks for them.
    Fix: answer 404, or 410 where the images were deleted.
    """
    response = one.response
    empty = response.status == 200 and response.body is not None and not response.body.length
    if response.status == 204 or empty:
        yield one.defect(expected="404", actual=response.status)


@rule("WADO-WR05", over=redirections, verifies=("PS3.18-WR05",))
def redirection_to_nowhere(one: Answer) -> Iterator[Defect]:
    """A redirection says where to, in HTTPS.

    Why: the token of the request would travel in clear, or the client stops.
    Fix: write Location with an https URL, or answer the request itself.
    """
    location = one.response.head.value("Location")
    if not location or location.lower().startswith("http:"):
        yield one.defect(expected="Location: https:", actual=location or None)


@rule("WADO-WR05-HOST", over=redirections, verifies=("PS3.18-WR05-HOST",), needs=("request",))
def redirection_to_another_host(one: Answer) -> Iterator[Defect]:
    """A redirection stays on the host that was asked, and leads to another resource.

    Why: only hosts of the allow-list may receive a token; and a loop never ends.
    Fix: answer from the host of the Retrieve URL.
    """
    request = one.response.request
    location = one.response.head.value("Location")
    if request is None or not location or request.target.url is None:
        return
    asked = request.target.url.geturl()
    try:
        led = urljoin(asked, location)
        host = urlsplit(led).hostname
    except ValueError:
        yield one.defect(expected="URL", actual=location)
        return
    own = request.target.url.hostname or request.head.value("Host").partition(":")[0]
    if led == asked or (host or own).lower() != (own or "").lower():
        yield one.defect(expected=own, actual=location)


@rule("WADO-WR06", over=of_status(400), verifies=("PS3.18-WR06",), needs=("request",))
def well_formed_request_refused(one: Answer) -> Iterator[Defect]:
    """400 answers a request that is malformed.

    Why: the client has nothing to correct, and cannot ask otherwise.
    Fix: answer 406 where no type asked for is available, else what went wrong.
    """
    request = one.response.request
    if request is None or not request.retrieves:
        return
    typed = request.ranges and all("/" in each.media_type for each in request.ranges)
    named = request.head.value("KOS-SOPInstanceUID") or not request.of_instances
    target = request.target
    sound = not request.head.problems and target.known and not target.query
    if typed and named and sound and all(map(is_uid, target.uids.values())):
        yield one.defect(expected="200 404 406", actual=400)


@rule("WADO-WR07", over=of_status(401), verifies=("PS3.18-WR07", "DRIM-C-ERR-401"))
def refusal_without_challenge(one: Answer) -> Iterator[Defect]:
    """401 says with WWW-Authenticate how to authenticate.

    Why: without it the client cannot tell an expired token from a wrong scheme.
    Fix: write WWW-Authenticate: Bearer, with error="invalid_token" where the token is the cause.
    """
    if not one.response.head.first("WWW-Authenticate"):
        yield one.defect(expected="WWW-Authenticate")


@rule("WADO-WR08", over=of_status(404), verifies=("PS3.18-WR08",), needs=("request", "kos"))
def listed_series_not_found(one: Answer) -> Iterator[Defect]:
    """What the manifest lists is found; 410 says that it was deleted.

    Why: the reader of the report does not know whether to wait or to give up.
    Fix: answer 200 with what exists, 410 for images known to be deleted.
    """
    request, manifest = one.response.request, one.response.manifest
    if request is None or manifest is None:
        return
    target = request.target
    listed = manifest.instances(target.study, target.series)
    current = request.head.value("KOS-SOPInstanceUID") == manifest.uid
    if current and (target.instance in listed if target.instance else listed):
        yield one.defect(expected="200 410", actual=404)


@rule("WADO-WR09", over=of_status(405), verifies=("PS3.18-WR09",))
def method_refused_without_allow(one: Answer) -> Iterator[Defect]:
    """405 says with Allow which methods there are.

    Why: HTTP requires it; clients choose by it.
    Fix: write Allow: GET, OPTIONS.
    """
    if not one.response.head.first("Allow"):
        yield one.defect(expected="Allow")


@rule("WADO-WR10", over=of_status(200, 299), verifies=("PS3.18-WR10",), needs=("request",))
def answer_without_accept(one: Answer) -> Iterator[Defect]:
    """A request without Accept is answered 406, or 400.

    Why: the server guesses what the client can read.
    Fix: answer 406, with the types that are available.
    """
    request = one.response.request
    if request is not None and request.retrieves and not request.head.first("Accept"):
        yield one.defect(expected="406", actual=one.response.status)


@rule("WADO-WR10-ANY", over=of_status(406), verifies=("PS3.18-WR10-ANY",), needs=("request",))
def anything_not_acceptable(one: Answer) -> Iterator[Defect]:
    """A request that accepts every type is not answered 406.

    Why: every answer that the server has would do.
    Fix: answer */* with the default type of the resource.
    """
    request = one.response.request
    if request is not None and any(each.media_type == "*/*" for each in request.ranges):
        yield one.defect(expected="200", actual=406)


@rule(
    "WADO-WR10-DEFAULT", over=of_status(406), verifies=("PS3.18-WR10-DEFAULT",), needs=("request",)
)
def default_syntax_not_acceptable(one: Answer) -> Iterator[Defect]:
    """Instances asked for in Explicit VR Little Endian are found acceptable.

    Why: it is the default, into which all but a few syntaxes can be decoded.
    Fix: decode what is stored; 406 is right only where nothing can.
    """
    request = one.response.request
    if request is None:
        return
    for each in request.ranges:
        syntax = each.get("transfer-syntax") or EXPLICIT_VR
        if each.root_type == DICOM and syntax in (EXPLICIT_VR, "*") and each.quality:
            yield one.defect(expected="200", actual=406)
            return


@rule("WADO-WR11", over=of_status(400, 499), verifies=("PS3.18-WR11",))
def status_of_another_transaction(one: Answer) -> Iterator[Defect]:
    """No retrieval is answered 409, 411 or 415.

    Why: they speak of a payload that a GET does not have.
    Fix: answer 400, 404 or 406.
    """
    if one.response.status in (409, 411, 415):
        yield one.defect(expected="400 404 406", actual=one.response.status)


@rule("WADO-WR13", over=of_status(500, 599), verifies=("PS3.18-WR13",), needs=("body",))
def failure_unexplained(one: Answer) -> Iterator[Defect]:
    """A failure of the server comes with an explanation.

    Why: the support of the other party has nothing else to go by.
    Fix: write a short text, without internal details.
    """
    if one.response.body is not None and not one.response.body.length:
        yield one.defect(expected="> 0", actual=0)


@rule("WADO-WR13-406", over=of_status(500), verifies=("PS3.18-WR13-406",), needs=("request",))
def failure_to_negotiate(one: Answer) -> Iterator[Defect]:
    """500 does not answer a request that leaves out the default transfer syntax.

    Why: what cannot be transcoded is not acceptable, and no failure: the client may ask otherwise.
    Fix: answer 406.
    """
    request = one.response.request
    if request is None or not request.ranges:
        return
    offered = {each.get("transfer-syntax") for each in request.ranges if each.root_type == DICOM}
    if offered and not offered & {None, "*", EXPLICIT_VR}:
        yield one.defect(expected="406", actual=500)


@rule("WADO-WR14", over=of_status(400, 599), verifies=("PS3.18-WR14",))
def error_with_images(one: Answer) -> Iterator[Defect]:
    """An error does not come as DICOM.

    Why: a client may store it as an image.
    Fix: explain the error in text/html, text/plain or JSON.
    """
    found = one.response.content_type
    if found and found.root.startswith(DICOM) and found.root == DICOM:
        yield one.defect(expected="text/html", actual=found.header.value)


@rule("WADO-WR14-TRACE", over=of_status(400, 599), verifies=("PS3.18-WR14-TRACE",), needs=("body",))
def error_with_internals(one: Answer) -> Iterator[Defect]:
    """The explanation of an error shows no stack trace.

    Why: it tells an attacker what the server is made of.
    Fix: keep it in the log, with a number that the explanation gives.
    """
    body = one.response.body
    text = body.read(0, limits.MAX_ERROR_BYTES) if body else b""
    seen = next((mark for mark in TRACES if mark in text), None)
    if seen is not None:
        yield one.defect(expected="", actual=seen.decode().strip())
