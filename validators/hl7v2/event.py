"""What happens to the document: event, order control, status, order code (ORC, OBR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from validators.hl7v2.subject import Message, is_placeholder, rule
from validators.model import Defect, Node
from validators.reading.hl7 import Segment

CREATE, REPLACE, DELETE = ("NW", "F", "T02"), ("RO", "C", "T10"), ("CA", "D", "T04")
STATUSES = {order: status for order, status, _ in (CREATE, REPLACE, DELETE)}
EVENTS = {order: event for order, _, event in (CREATE, REPLACE, DELETE)}
CURRENT = "2.1"


class Told(Node):
    """An order, the documents that follow it, and the event of the message; "" for an ORU."""

    __slots__ = ("documents", "event", "order")

    def __init__(self, order: Segment, documents: Sequence[Segment], event: str) -> None:
        self.order = order
        self.documents = documents
        self.event = event

    @property
    def path(self) -> str:
        return self.order.path

    @property
    def place(self) -> int:
        return self.order.offset


def _told(message: Message) -> list[Told]:
    """The orders of a message that carries a report."""
    if not message.carries_report:
        return []
    event = message.trigger if message.kind == "MDM" else ""
    orders = message.file.named("ORC")
    ends = [one.offset for one in orders[1:]] + [message.file.size]
    return [
        Told(order, [one for one in message.documents if order.offset < one.offset < end], event)
        for order, end in zip(orders, ends, strict=False)
    ]


def current_events(message: Message) -> Iterable[Told]:
    return _told(message) if message.profile == CURRENT else ()


def older_events(message: Message) -> Iterable[Told]:
    return _told(message) if message.profile != CURRENT else ()


def _incoherent(told: Told) -> Iterator[Defect]:
    """What does not agree with the order control of a message."""
    field = told.order.field(1)
    control = field.get()
    if is_placeholder(control):
        return
    if control not in STATUSES:
        yield field.defect(expected=" | ".join(STATUSES), actual=control or None)
        return
    if told.event and told.event != EVENTS[control]:
        yield Defect("MSH-9.2", EVENTS[control], told.event, 0)
    for one in told.documents:
        status = one.field(11)
        if status.get() in STATUSES.values() and status.get() != STATUSES[control]:
            yield status.defect(expected=STATUSES[control], actual=status.get())


@rule("HL7-ACT-01", over=current_events, verifies=("HL7-ACT-01",))
def event_incoherent(told: Told) -> Iterator[Defect]:
    """Event, ORC-1 and OBX-11 tell the same: create, replace or delete.

    Why: the receiver rejects a message of which it cannot tell what to do.
    Fix: write NW, F, T02 to create; RO, C, T10 to replace; CA, D, T04 to delete.
    """
    yield from _incoherent(told)


@rule("HL7-ACT-01-OLD", over=older_events, verifies=("HL7-ACT-01-OLD",))
def event_incoherent_in_an_older_profile(told: Told) -> Iterator[Defect]:
    """In a message of an older profile too, event, ORC-1 and OBX-11 tell the same.

    Why: official samples of profile 2.0 have other codes, which today's receivers reject.
    Fix: send profile 2.1, with NW, RO or CA in ORC-1.
    """
    yield from _incoherent(told)


class Coded(Node):
    """OBR-4 with the code of the document that it announces."""

    __slots__ = ("document", "request")

    def __init__(self, request: Segment, document: Segment) -> None:
        self.request = request
        self.document = document

    @property
    def path(self) -> str:
        return f"{self.request.path}-4"

    @property
    def place(self) -> int:
        return self.request.offset


def announced(message: Message) -> Iterable[Coded]:
    """OBR-4 of each request, with the first document after it."""
    if not message.carries_report:
        return
    for request in message.file.named("OBR"):
        after = [one for one in message.documents if one.offset > request.offset]
        if after and not is_placeholder(request.raw(4)):
            yield Coded(request, after[0])


@rule("HL7-OBR-04", over=announced, verifies=("HL7-OBR-04",))
def request_of_another_code(coded: Coded) -> Iterator[Defect]:
    """OBR-4 is the code of the document, that of OBX-3.

    Why: the receiver files the document under the one, and shows the other.
    Fix: write the code of the document in both.
    """
    found, expected = coded.request.get(4), coded.document.get(3)
    if found != expected:
        yield coded.defect(expected=expected, actual=found or None)
