"""Segments and encoding of a message (HL7 v2.5.1 chapter 2; CI-SIS message structures)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.hl7v2.subject import Message, is_placeholder, rule, whole_message
from validators.model import Defect
from validators.reading.hl7 import Hl7File, Segment

REQUIRED = {
    "ORU": ("PID", "PV1", "ORC", "OBR", "OBX"),
    "MDM": ("EVN", "PID", "PV1", "ORC", "OBR", "TXA", "OBX"),
    "OMI": ("PID", "PV1", "ORC", "OBR", "IPC"),
    "ACK": ("MSA",),
}
ORDERS = {
    "ORU": ("MSH", "PID", "PV1", "ORC", "OBR", "NTE", "TQ1", "OBX"),
    "MDM": ("MSH", "EVN", "PID", "PV1", "ORC", "TQ1", "OBR", "NTE", "TXA", "OBX"),
    "OMI": ("MSH", "PID", "PV1", "ORC", "TQ1", "OBR", "NTE", "OBX", "IPC"),
    "ACK": ("MSH", "MSA", "ERR"),
}
"""Segments in their order; an ORU repeats the group that begins with ORC."""
DOCUMENTS = {"ORU": (1, 2), "MDM": (1, 1)}


def _problems(file: Hl7File, *kinds: str) -> Iterator[Defect]:
    for problem in file.of_kind(*kinds):
        yield Defect(problem.path, problem.expected, problem.actual, problem.offset)


def known_message(message: Message) -> Iterable[Hl7File]:
    """The message where its structure is known."""
    return (message.file,) if message.kind in REQUIRED and message.header else ()


def carrier(message: Message) -> Iterable[Hl7File]:
    """A message that carries a report."""
    return (message.file,) if message.carries_report else ()


def terminated(message: Message) -> Iterable[Hl7File]:
    return (message.file,) if message.file.terminators else ()


def all_segments(message: Message) -> Iterable[Segment]:
    return message.file.segments


@rule("HL7-STR-01", over=whole_message, verifies=("HL7-STR-01",), gate=True)
def header_unreadable(file: Hl7File) -> Iterator[Defect]:
    r"""The message begins with MSH and has the delimiters that the volume demands.

    Why: the delimiters say how to read all the rest.
    Fix: begin with MSH|^~\&|, and send one message at a time.
    """
    yield from _problems(file, "no-header", "delimiters")
    for second in file.named("MSH")[1:]:
        yield second.defect(expected="1", actual="MSH")


@rule("HL7-STR-02", over=whole_message, verifies=("HL7-STR-02",))
def line_is_no_segment(file: Hl7File) -> Iterator[Defect]:
    r"""Every line is a segment.

    Why: a line break inside a field ends the segment there: what follows is lost.
    Fix: escape line breaks in texts as \.br\, and keep base64 on one line.
    """
    yield from _problems(file, "line")


@rule("HL7-STR-03", over=known_message, verifies=("HL7-STR-03",))
def segment_absent(file: Hl7File) -> Iterator[Defect]:
    """Every segment that the message structure demands is there.

    Why: a receiver that reads by the structure finds neither patient nor document.
    Fix: send the segment, with the fields that are known.
    """
    kind = file.segments[0].get(9)
    present = {segment.name for segment in file.segments}
    for name in REQUIRED[kind]:
        if name not in present:
            yield Defect(name, name, None)


@rule("HL7-STR-04", over=known_message, verifies=("HL7-STR-04",))
def segment_out_of_order(file: Hl7File) -> Iterator[Defect]:
    """The segments stand in the order of the message structure.

    Why: groups are told by the order alone: a segment elsewhere belongs to another group.
    Fix: order the segments as the structure says; PRT directly after the OBX of the document.
    """
    kind = file.segments[0].get(9)
    order = ORDERS[kind]
    place, before = 0, file.segments[0]
    for segment in file.segments[1:]:
        if segment.name == "PRT":
            if before.name not in ("OBX", "PRT", "NTE"):
                yield segment.defect(expected="OBX", actual=before.name)
        elif segment.name in order:
            own = order.index(segment.name)
            restarts = kind == "ORU" and segment.name == "ORC"
            after_text = segment.name == "NTE" and before.name in ("OBX", "PRT", "NTE")
            if own < place and not restarts and not after_text:
                yield segment.defect(expected=f"< {order[place]}", actual=segment.name)
            elif not after_text:
                place = own
        before = segment


@rule("HL7-STR-05", over=carrier, verifies=("HL7-STR-05",))
def documents_miscounted(file: Hl7File) -> Iterator[Defect]:
    """An MDM carries one document; an ORU one, or two forms of it.

    Why: the receiver would publish one of them, or nothing.
    Fix: send each document in a message of its own.
    """
    kind = file.segments[0].get(9)
    found = len(Message(file).documents)
    least, most = DOCUMENTS[kind]
    if "OBX" in {segment.name for segment in file.segments} and not least <= found <= most:
        yield Defect("OBX", f"{least}..{most}" if least != most else str(least), str(found))


@rule("HL7-ENC-01", over=whole_message, verifies=("HL7-ENC-01",))
def bytes_not_of_the_character_set(file: Hl7File) -> Iterator[Defect]:
    """The bytes are those of the character set of MSH-18, without byte order mark.

    Why: names with accents arrive changed, and no longer match those of the record.
    Fix: write the whole message in the character set that MSH-18 names.
    """
    yield from _problems(file, "charset", "bom")


@rule("HL7-ENC-02", over=terminated, verifies=("HL7-ENC-02",))
def segments_not_ended_by_cr(file: Hl7File) -> Iterator[Defect]:
    """Segments end with CR.

    Why: over MLLP nothing else ends a segment; files may have LF.
    Fix: send CR alone after each segment.
    """
    for terminator, count in sorted(file.terminators.items()):
        if terminator == "\n":
            yield Defect("", "CR", f"LF x{count}")
        elif terminator == "\r\n":
            yield Defect("", "CR", f"CR LF x{count}")


@rule("HL7-ENC-03", over=terminated, verifies=("HL7-ENC-03",))
def terminators_mixed(file: Hl7File) -> Iterator[Defect]:
    """All segments end alike.

    Why: a reader that takes the first terminator for all joins segments.
    Fix: end every segment with CR.
    """
    if len(file.terminators) > 1:
        names = {"\r": "CR", "\n": "LF", "\r\n": "CR LF"}
        found = ", ".join(f"{names[one]} x{count}" for one, count in file.terminators.items())
        yield Defect("", "1", found)


@rule("HL7-TPL-01", over=all_segments, verifies=("HL7-TPL-01",))
def placeholder_left(segment: Segment) -> Iterator[Defect]:
    """No field is a placeholder of a template.

    Why: the value is filled in by whoever sends the message; it cannot be judged here.
    Fix: fill the template before sending.
    """
    if "{{" not in segment.text:
        return
    for number in range(1, len(segment.fields)):
        if is_placeholder(segment.raw(number)):
            field = segment.field(number)
            yield field.defect(expected="", actual=segment.raw(number))
