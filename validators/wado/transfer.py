"""How the body of a response is delimited and coded (PS3.18 8.4, 8.6; RFC 9112 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.http_body import content_length
from validators.wado.answer import Answer, answer, retrieved, rule
from validators.wado.response import Response


def with_body(response: Response) -> Iterable[Answer]:
    return (Answer(response),) if response.body is not None else ()


def with_payload(response: Response) -> Iterable[Answer]:
    body = response.body
    return (Answer(response),) if body is not None and body.length else ()


def _problems(one: Answer, *kinds: str) -> Iterator[Defect]:
    body = one.response.body
    for each in body.of_kind(*kinds) if body else ():
        yield Defect("body", each.expected, each.actual, each.offset)


@rule("WADO-WR15", over=answer, verifies=("PS3.18-WR15",))
def length_told_twice(one: Answer) -> Iterator[Defect]:
    """Content-Length and Transfer-Encoding do not stand in one response.

    Why: two readers see two ends of the body, and what lies between is a smuggled message.
    Fix: write Transfer-Encoding: chunked alone, or Content-Length alone.
    """
    head = one.response.head
    if head.first("Content-Length") and head.first("Transfer-Encoding"):
        yield one.defect(
            expected="Content-Length | Transfer-Encoding",
            actual=f"{head.value('Content-Length')} {head.value('Transfer-Encoding')}",
        )


@rule("WADO-WR15-LENGTH", over=answer, verifies=("PS3.18-WR15",))
def length_malformed(one: Answer) -> Iterator[Defect]:
    """Content-Length is one number.

    Why: two readers see two ends of the body.
    Fix: write the number of bytes of the body, once.
    """
    values = [each.value for each in one.response.head.all("Content-Length")]
    if values and content_length(values) is None:
        yield one.defect(expected="0-9", actual=", ".join(values))


@rule("WADO-WR15-CODING", over=answer, verifies=("PS3.18-WR15",))
def transfer_coding_unknown(one: Answer) -> Iterator[Defect]:
    """The only transfer coding is chunked, once.

    Why: no client of images reads another.
    Fix: write Transfer-Encoding: chunked.
    """
    values = [each.value for each in one.response.head.all("Transfer-Encoding")]
    if values and ", ".join(values).strip().lower() != "chunked":
        yield one.defect(expected="chunked", actual=", ".join(values))


@rule("WADO-WR15-NEITHER", over=retrieved, verifies=("PS3.18-WR15-NEITHER", "DRIM-C-RES-03"))
def end_not_told(one: Answer) -> Iterator[Defect]:
    """What is retrieved has a Content-Length, or is sent in chunks.

    Why: a broken connection cannot be told from the end, and the last images are lost unseen.
    Fix: write Content-Length, or Transfer-Encoding: chunked.
    """
    head = one.response.head
    told = head.first("Content-Length") or head.first("Transfer-Encoding")
    if not told and head.start[0].startswith("HTTP/1"):
        yield one.defect(expected="Content-Length | Transfer-Encoding")


@rule("WADO-WR15-TYPE", over=with_payload, verifies=("PS3.18-WR15-TYPE",), needs=("body",))
def payload_without_type(one: Answer) -> Iterator[Defect]:
    """A body has a Content-Type.

    Why: the client must guess what it holds.
    Fix: write Content-Type.
    """
    if one.response.content_type is None:
        yield one.defect(expected="Content-Type")


@rule("WADO-WR16", over=with_body, verifies=("PS3.18-WR16",), needs=("body",))
def body_cut_short(one: Answer) -> Iterator[Defect]:
    """The body has as many bytes as Content-Length says.

    Why: images are missing, or the last one is cut.
    Fix: send the whole body; count its bytes, not its characters.
    """
    yield from _problems(one, "short")


@rule("WADO-WR16-EXTRA", over=with_body, verifies=("PS3.18-WR16",), needs=("body",))
def bytes_after_the_body(one: Answer) -> Iterator[Defect]:
    """Nothing follows the end of the body.

    Why: the next reader takes it for the head of another response.
    Fix: count the bytes of the body; capture one exchange for each file.
    """
    yield from _problems(one, "extra")


@rule("WADO-WR16-CHUNK", over=with_body, verifies=("PS3.18-WR16",), needs=("body",))
def chunk_malformed(one: Answer) -> Iterator[Defect]:
    """Each chunk has its size in hexadecimal and ends with CR LF.

    Why: nothing after it can be read.
    Fix: write size, CR LF, as many bytes, CR LF.
    """
    yield from _problems(one, "chunk")


@rule("WADO-WR16-LAST", over=with_body, verifies=("PS3.18-WR16",), needs=("body",))
def last_chunk_missing(one: Answer) -> Iterator[Defect]:
    """The chunks end with one of size zero, and an empty line.

    Why: a broken connection cannot be told from the end.
    Fix: write 0 CR LF CR LF once all is sent; close the connection without it when it is not.
    """
    yield from _problems(one, "last-chunk")


@rule("WADO-WR17", over=answer, verifies=("PS3.18-WR17",), needs=("request",))
def content_coding_unasked(one: Answer) -> Iterator[Defect]:
    """The body has no content coding that was not asked for.

    Why: the client reads compressed bytes as images.
    Fix: leave Content-Encoding out where Accept-Encoding does not name it.
    """
    request = one.response.request
    asked = request.head.value("Accept-Encoding").lower() if request else ""
    for each in one.response.head.all("Content-Encoding"):
        for coding in each.value.lower().split(","):
            if coding.strip() not in ("", "identity") and coding.strip() not in asked:
                yield each.defect(expected=asked or "identity", actual=each.value)
                break


def over_tls(response: Response) -> Iterable[Answer]:
    """What was retrieved in HTTPS: over HTTP the header shall not be sent (RFC 6797 7.2)."""
    return () if response.plain else retrieved(response)


@rule("WADO-RES-09", over=over_tls, verifies=("DRIM-C-RES-09",))
def transport_security_not_told(one: Answer) -> Iterator[Defect]:
    """The response has Strict-Transport-Security.

    Why: the official response has it: the next request stays in HTTPS.
    Fix: write Strict-Transport-Security: max-age=63072000.
    """
    if not one.response.head.first("Strict-Transport-Security"):
        yield one.defect(expected="Strict-Transport-Security")
