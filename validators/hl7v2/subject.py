"""An HL7 v2 message as its rules look at it."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable
from functools import cached_property

from validators.engine import Embedded
from validators.model import Node
from validators.reading.dicom import Buffer
from validators.reading.hl7 import FRAME_END, FRAME_START, Field, Hl7File, Segment, read
from validators.rules import rules_for

rule = rules_for("hl7")

FLAGS = (
    "MASQUE_PS",
    "INVISIBLE_PATIENT",
    "INVISIBLE_REP_LEGAUX",
    "CONNEXION_SECRETE",
    "MODIF_CONF_CODE",
    "DESTDMP",
    "DESTMSSANTEPS",
    "DESTMSSANTEPAT",
)
"""The flags that must be there, in their order (meta-dmp-mss)."""
OPTIONAL_FLAGS = ("ACK_RECEPTION", "ACK_LECTURE_MSS")
MAIL_TEXTS = ("CORPSMAIL_PS", "CORPSMAIL_PATIENT")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")


class Message:
    """A message: its segments by name, and what kind of message it is.

    An acknowledgement may be given with the message that it answers (``sent``), the codes that it
    should have (``expected``, of MSA-1), and how the exchange over MLLP went (``framed``: how it
    ended, "" for a whole block). A message that was recorded as it was sent has its ``block``.
    """

    def __init__(
        self,
        file: Hl7File,
        *,
        sent: Message | None = None,
        expected: tuple[str, ...] = (),
        framed: str | None = None,
        block: bytes | None = None,
    ) -> None:
        self.file = file
        self.sent = sent
        self.expected = expected
        self.framed = framed
        self.block = block
        inputs = {
            "sent": sent, "acknowledged": expected or None, "exchange": framed, "block": block,
        }  # fmt: skip
        self.given = frozenset(name for name, one in inputs.items() if one is not None)

    def release(self) -> None:
        """Free the memory of the message; nothing can be asked of it afterwards."""
        self.file.segments.clear()
        self.__dict__.clear()

    @property
    def unread(self) -> str:
        return self.file.limit

    @cached_property
    def header(self) -> Segment | None:
        return self.file.segments[0] if self.file.segments else None

    @cached_property
    def kind(self) -> str:
        """ORU, MDM, OMI, ACK, or what MSH-9.1 says."""
        return self.header.get(9) if self.header else ""

    @cached_property
    def trigger(self) -> str:
        """The event: R01, T02..."""
        return self.header.get(9, 2) if self.header else ""

    @cached_property
    def profile(self) -> str:
        """The version of the profile of MSH-21: 2.1, 2.0..."""
        return self.header.get(21) if self.header else ""

    @property
    def carries_report(self) -> bool:
        return self.kind in ("ORU", "MDM")

    @cached_property
    def documents(self) -> list[Segment]:
        """The OBX that carry a document: of type ED, or with base64."""
        return [one for one in self.file.named("OBX") if _is_document(one)]

    @cached_property
    def flags(self) -> dict[str, Segment]:
        """The flags by code, the first of each."""
        found: dict[str, Segment] = {}
        for one in self.file.named("OBX"):
            if one.get(3) in FLAGS + OPTIONAL_FLAGS:
                found.setdefault(one.get(3), one)
        return found

    def raised(self, flag: str) -> bool:
        """Whether a flag is there and Y."""
        return flag in self.flags and self.flags[flag].get(5) == "Y"

    @cached_property
    def embedded(self) -> list[Embedded]:
        """The documents whose base64 decodes, each as the report that it is."""
        found = []
        for one in self.documents:
            content = decoded(one.field(5))
            if content is not None and content.lstrip().startswith(b"<"):
                found.append(Embedded(f"{one.path}-5.5", "cda", content))
        return found


def _is_document(segment: Segment) -> bool:
    known = FLAGS + OPTIONAL_FLAGS + MAIL_TEXTS
    encoded = segment.get(2) == "ED" or segment.get(5, 4).upper() == "BASE64"
    return encoded and segment.get(3) not in known


def decoded(field: Field) -> bytes | None:
    """The bytes of an ED field, strictly decoded; None where they are not base64."""
    try:
        return b64decode(field.component(5), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_placeholder(text: str) -> bool:
    """Whether the text is a field of a template that nobody filled."""
    return _PLACEHOLDER.search(text) is not None


def load(buffer: Buffer) -> Message:
    """Read a message. Never raises for its content."""
    return Message(read(buffer))


def is_block(raw: bytes) -> bool:
    """Whether bytes are one block of MLLP: VT, what it holds, FS, CR, and nothing else."""
    whole = raw.startswith(FRAME_START) and raw.endswith(FRAME_END + b"\r")
    return whole and raw.count(FRAME_START) == raw.count(FRAME_END) == 1


def load_block(block: Buffer) -> Message:
    """Read a message as it was sent over MLLP, block and all. Never raises for its content."""
    raw = bytes(block)
    inside = raw.removesuffix(FRAME_END + b"\r") if FRAME_START not in raw else raw
    return Message(read(inside), block=raw)


def load_answer(block: bytes, sent: bytes, *, expected: tuple[str, ...], ended: str) -> Message:
    """Read what came back over MLLP, block and all, for a message. Never raises."""
    framing = ended
    if not ended and not is_block(block):
        framing = "framing"
    return Message(read(block), sent=load(sent), expected=expected, framed=framing)


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, MSH; "" for an HL7 v2 message."""
    head = bytes(buffer[:64]).lstrip(b"\r\n\xef\xbb\xbf" + FRAME_START)
    return "" if head.startswith(b"MSH|") else "MSH"


def whole_message(message: Message) -> Iterable[Node]:
    return (message.file,)


def header(message: Message) -> Iterable[Segment]:
    return (message.header,) if message.header else ()


def report_header(message: Message) -> Iterable[Segment]:
    """MSH of a message that carries a report."""
    return header(message) if message.carries_report else ()


def documents(message: Message) -> Iterable[Segment]:
    """The document OBX of a message that carries a report."""
    return message.documents if message.carries_report else ()
