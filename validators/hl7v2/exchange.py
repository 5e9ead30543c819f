"""An acknowledgement with the message that it answers (CI-SIS, message profiles; original mode)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, is_block, rule
from validators.model import Defect, Node
from validators.reading.hl7 import Segment


class Answer(Node):
    """An acknowledgement, its segment MSA, and the message that it answers."""

    __slots__ = ("message", "segment")

    def __init__(self, message: Message, segment: Segment) -> None:
        self.message = message
        self.segment = segment

    @property
    def path(self) -> str:
        return self.segment.path

    @property
    def place(self) -> int:
        return self.segment.offset


class Transport(Node):
    """What crossed MLLP, whatever it is."""

    __slots__ = ("message",)

    def __init__(self, message: Message) -> None:
        self.message = message

    @property
    def path(self) -> str:
        return "MLLP"


def answers(message: Message) -> Iterable[Answer]:
    """MSA of an acknowledgement that was given with its message."""
    found = message.file.named("MSA") if message.kind == "ACK" else []
    return (Answer(message, found[0]),) if found else ()


def replies(message: Message) -> Iterable[Transport]:
    return (Transport(message),) if message.framed is not None else ()


def blocks(message: Message) -> Iterable[Transport]:
    return (Transport(message),) if message.block is not None else ()


@rule("HL7-ACK-01-ID", over=answers, verifies=("HL7-ACK-01",), needs=("sent",))
def acknowledgement_of_another(one: Answer) -> Iterator[Defect]:
    """MSA-2 is MSH-10 of the message that is answered.

    Why: the sender takes another message for received, and never sends this one again.
    Fix: copy MSH-10 into MSA-2 as it stands.
    """
    sent = one.message.sent
    wanted = sent.header.get(10) if sent and sent.header else ""
    if one.segment.get(2) != wanted:
        yield one.segment.field(2).defect(expected=wanted, actual=one.segment.get(2) or None)


@rule("HL7-ACK-02-EVENT", over=answers, verifies=("HL7-ACK-02",), needs=("sent",))
def acknowledgement_of_another_event(one: Answer) -> Iterator[Defect]:
    """MSH-9.2 is the event of the message that is answered.

    Why: a sender with several messages under way tells them apart by it.
    Fix: copy the event of MSH-9.2.
    """
    sent, header = one.message.sent, one.message.header
    if sent and header and header.get(9, 2) not in ("", sent.trigger):
        field = header.field(9)
        yield field.defect(expected=sent.trigger, actual=field.text)


@rule("HL7-ACK-02-PARTIES", over=answers, verifies=("HL7-ACK-02-PARTIES",), needs=("sent",))
def parties_not_exchanged(one: Answer) -> Iterator[Defect]:
    """Who sent and who received the message have changed places in its acknowledgement.

    Why: an integration engine routes by MSH-3 to MSH-6, and loses the acknowledgement.
    Fix: write MSH-5 and MSH-6 of the message in MSH-3 and MSH-4, and the other way round.
    """
    sent, header = one.message.sent, one.message.header
    if not (sent and sent.header and header):
        return
    for here, there in ((3, 5), (4, 6), (5, 3), (6, 4)):
        if header.get(here) != sent.header.get(there):
            yield header.field(here).defect(
                expected=sent.header.get(there), actual=header.get(here) or None
            )


@rule("HL7-ACK-03-CODE", over=answers, verifies=("HL7-ACK-03-CODE",), needs=("acknowledged",))
def acknowledged_otherwise(one: Answer) -> Iterator[Defect]:
    """A sound message is acknowledged AA, one with an error AE, AR being for a circumstance.

    Why: after AA the sender forgets the message, after AR it sends it again for ever.
    Fix: answer AA once the message is kept; AE, with ERR, where it must be corrected.
    """
    if one.segment.get(1) not in one.message.expected:
        wanted = " ".join(one.message.expected)
        yield one.segment.field(1).defect(expected=wanted, actual=one.segment.get(1) or None)


@rule("HL7-ACK-05", over=replies, verifies=("HL7-ACK-05",), needs=("exchange",))
def message_not_acknowledged(one: Transport) -> Iterator[Defect]:
    """An acknowledgement in a block of MLLP comes back on the same connection, in time.

    Why: the sender takes the message for lost.
    Fix: answer each message by VT, ACK, FS and CR before closing anything.
    """
    if one.message.framed:
        yield one.defect(expected="VT ACK FS CR", actual=one.message.framed)


@rule("HL7-ACK-05-BLOCK", over=blocks, verifies=("HL7-ACK-05",), needs=("block",))
def message_is_no_block(one: Transport) -> Iterator[Defect]:
    """A message is sent as one block of MLLP: VT before it, FS and CR behind it, nothing else.

    Why: the receiver waits for the end of a block that never comes, or takes what stands outside
    of it for the next message.
    Fix: send 0B, the message, 1C 0D; no line end before or behind.
    """
    raw = one.message.block or b""
    if not is_block(raw):
        yield one.defect(
            expected="0B ... 1C 0D", actual=f"{raw[:2].hex(' ')} ... {raw[-3:].hex(' ')}"
        )
