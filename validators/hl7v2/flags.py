"""The flags MetaDMPMSS: who may see the document, and where it goes (CI-SIS, meta-dmp-mss)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import (
    FLAGS,
    MAIL_TEXTS,
    OPTIONAL_FLAGS,
    Message,
    is_placeholder,
    rule,
)
from validators.model import Defect, Node
from validators.reading.hl7 import Hl7File, Segment

SYSTEM, TABLE = "MetaDMPMSS", "expandedYes-NoIndicator"
TYPES = {"ORU": "CE", "MDM": "CWE"}


class Typed(Node):
    """A flag with the type of value that its message wants."""

    __slots__ = ("segment", "wanted")

    def __init__(self, segment: Segment, wanted: str) -> None:
        self.segment = segment
        self.wanted = wanted

    @property
    def path(self) -> str:
        return self.segment.path

    @property
    def place(self) -> int:
        return self.segment.offset


def after_document(message: Message) -> list[Segment]:
    """The OBX that carry no document, of a message that carries a report."""
    if not message.carries_report:
        return []
    known = {id(one) for one in message.documents}
    return [one for one in message.file.named("OBX") if id(one) not in known]


def flags(message: Message) -> Iterable[Segment]:
    found = after_document(message)
    return [one for one in found if one.get(3) in FLAGS + OPTIONAL_FLAGS]


def typed_flags(message: Message) -> Iterable[Typed]:
    return [Typed(one, TYPES[message.kind]) for one in flags(message)]


def mail_texts(message: Message) -> Iterable[Segment]:
    return [one for one in after_document(message) if one.get(3) in MAIL_TEXTS]


def carriers(message: Message) -> Iterable[Hl7File]:
    return (message.file,) if message.documents and message.carries_report else ()


def changes(message: Message) -> Iterable[Segment]:
    """The flag MODIF_CONF_CODE where it is Y."""
    raised = message.carries_report and message.raised("MODIF_CONF_CODE")
    return (message.flags["MODIF_CONF_CODE"],) if raised else ()


@rule("HL7-META-01", over=carriers, verifies=("HL7-META-01",))
def flag_absent(file: Hl7File) -> Iterator[Defect]:
    """The eight flags that say who may see the document are all there, each once.

    Why: a receiver that lacks one guesses who may see the report.
    Fix: send an OBX for each flag, Y or N.
    """
    found = Counter(one.get(3) for one in flags(Message(file)))
    for name in FLAGS:
        if found[name] != 1:
            yield Defect("OBX-3", name, f"x{found[name]}" if found[name] else None)


@rule("HL7-META-02", over=carriers, verifies=("HL7-META-02",))
def flags_out_of_order(file: Hl7File) -> Iterator[Defect]:
    """The flags stand in the order of the volume.

    Why: some receivers read them by their number.
    Fix: send MASQUE_PS first and DESTMSSANTEPAT last, the optional ones after.
    """
    found = [one for one in flags(Message(file)) if one.get(3) in FLAGS]
    wanted = sorted(found, key=lambda one: FLAGS.index(one.get(3)))
    for one, other in zip(found, wanted, strict=True):
        if one.get(3) != other.get(3):
            yield one.field(3).defect(expected=other.get(3), actual=one.get(3))
            return


@rule("HL7-META-03", over=flags, verifies=("HL7-META-03",))
def flag_of_another_system(segment: Segment) -> Iterator[Defect]:
    """OBX-3.3 of a flag is MetaDMPMSS.

    Why: the code alone could be that of another system.
    Fix: write MetaDMPMSS as coding system.
    """
    found = segment.get(3, 3)
    if found != SYSTEM:
        yield segment.field(3).defect(expected=SYSTEM, actual=found or None)


@rule("HL7-META-04", over=flags, verifies=("HL7-META-04",))
def flag_neither_yes_nor_no(segment: Segment) -> Iterator[Defect]:
    """OBX-5.1 of a flag is Y or N.

    Why: nothing can be concluded from another value: the report could be shown to whom it is not.
    Fix: write Y or N.
    """
    found = segment.get(5)
    if found not in ("Y", "N") and not is_placeholder(segment.raw(5)):
        yield segment.field(5).defect(expected="Y | N", actual=found or None)


@rule("HL7-META-04-TABLE", over=flags, verifies=("HL7-META-04-TABLE",))
def flag_of_an_older_table(segment: Segment) -> Iterator[Defect]:
    """OBX-5.3 of a flag is expandedYes-NoIndicator.

    Why: older profiles wrote HL70136, which receivers of 2.1 do not know.
    Fix: write ^^expandedYes-NoIndicator after the value.
    """
    found = segment.get(5, 3)
    if found != TABLE and not is_placeholder(segment.raw(5)):
        yield segment.field(5).defect(expected=TABLE, actual=found or None)


@rule("HL7-META-05", over=after_document, verifies=("HL7-META-05",))
def observation_unknown(segment: Segment) -> Iterator[Defect]:
    """Every OBX after the document carries something that the volume knows.

    Why: an older or misspelt code is a flag that nobody reads.
    Fix: write one of the codes of the volume.
    """
    known = FLAGS + OPTIONAL_FLAGS + MAIL_TEXTS
    if segment.get(3) not in known:
        yield segment.field(3).defect(expected="meta-dmp-mss", actual=segment.get(3) or None)


@rule("HL7-META-06", over=mail_texts, verifies=("HL7-META-06",))
def mail_text_not_base64(segment: Segment) -> Iterator[Defect]:
    """The body of a mail is base64.

    Why: the mail would carry what cannot be decoded.
    Fix: encode the text of the mail, without line break and with its padding.
    """
    field = segment.field(5)
    data = field.component(5)
    try:
        b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        data = ""
    if not data:
        shown = field.component(5)[:24]
        yield field.defect(expected="base64", actual=shown or None, child="5")


@rule("HL7-META-07", over=typed_flags, verifies=("HL7-META-07",))
def flag_of_another_type(flag: Typed) -> Iterator[Defect]:
    """A flag is of type CE in an ORU and CWE in an MDM, its status F.

    Why: each version of HL7 has its own type for codes.
    Fix: write CE or CWE in OBX-2, and F in OBX-11.
    """
    segment = flag.segment
    if segment.get(2) != flag.wanted:
        yield segment.field(2).defect(expected=flag.wanted, actual=segment.get(2) or None)
    if segment.get(11) != "F":
        yield segment.field(11).defect(expected="F", actual=segment.get(11) or None)


class Change(Node):
    """A change of confidentiality with the order control of its message."""

    __slots__ = ("control", "segment")

    def __init__(self, segment: Segment, control: str) -> None:
        self.segment = segment
        self.control = control

    @property
    def path(self) -> str:
        return f"{self.segment.path}-5"

    @property
    def place(self) -> int:
        return self.segment.offset


def told_changes(message: Message) -> Iterable[Change]:
    orders = message.file.named("ORC")
    return [Change(one, orders[0].get(1)) for one in changes(message)] if orders else ()


@rule("HL7-META-09", over=told_changes, verifies=("HL7-META-09",))
def confidentiality_changed_without_replacement(change: Change) -> Iterator[Defect]:
    """MODIF_CONF_CODE is Y only in a message that replaces a document.

    Why: only what is published already can change who sees it.
    Fix: write N, or send the document as a replacement.
    """
    if change.control != "RO":
        yield change.defect(expected="RO", actual=change.control or None)
