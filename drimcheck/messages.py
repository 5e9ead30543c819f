"""What a report shows of an HTTP message: its head, and the measures of its body."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import islice
from mmap import mmap

from drimcheck.capture.masks import masked
from validators.model import DEVIATIONS, Exchange, Message, Outcome, Part, Result
from validators.reading.http import read_request, read_response
from validators.reading.multipart import Part as Whole
from validators.wado.response import Response, read_exchange

HEAD = 4096
"""Bytes of a head that are shown."""
PARTS = 50
"""Parts of a body that are measured, each."""
LONGEST_HEAD = 1 << 20
WINDOW = 1 << 20
SHOWN = DEVIATIONS | {Outcome.ERROR}


def shown_of(exchange: Exchange | None, results: tuple[Result, ...]) -> tuple[Message, ...]:
    """The messages of an exchange in which something was found; nothing where nothing was."""
    found = any(one.outcome in SHOWN for one in results)
    return messages_of(exchange) if exchange is not None and found else ()


def messages_of(exchange: Exchange) -> tuple[Message, ...]:
    """The request of an exchange, and its answer where there is one."""
    found = [request_message(exchange.url, exchange.request)] if exchange.request else []
    if exchange.response:
        answer = read_exchange(exchange.response, captured=True)
        found.append(response_message(exchange.url, exchange.response, answer))
        answer.release()
    return tuple(found)


def request_message(url: str, raw: bytes | mmap) -> Message:
    """A request."""
    return _message("request", url, raw, read_request(raw).end)


def response_message(url: str, raw: bytes | mmap, answer: Response) -> Message:
    """An answer, and the first parts of its body."""
    parts = [
        Part(one.media_type, one.part.length, _digest(one.part))
        for one in islice(answer.parts, PARTS)
    ]
    made = _message("response", url, raw, read_response(raw).end)
    return replace(made, parts=tuple(parts), part_count=len(answer.parts))


def _message(side: str, url: str, raw: bytes | mmap, end: int) -> Message:
    """``end`` is where the head ends, 0 where that was not found."""
    # Where a head does not end, nobody knows what of it is the body: its first line is shown.
    size = min(end, LONGEST_HEAD) if end else raw.find(b"\n") + 1
    head = masked(bytes(raw[:size]))
    digest = hashlib.sha256()
    for start in range(size, len(raw), WINDOW):
        digest.update(raw[start : start + WINDOW])
    return Message(
        side=side,
        url=url,
        head=head[:HEAD].decode("utf-8", "backslashreplace"),
        omitted=max(0, len(head) - HEAD),
        body_size=len(raw) - size,
        body_sha256=digest.hexdigest() if len(raw) > size else "",
    )


def _digest(part: Whole) -> str:
    digest = hashlib.sha256()
    for start in range(0, part.length, WINDOW):
        digest.update(part.read(start, WINDOW))
    return digest.hexdigest()
