"""Rules on HL7 v2 messages: reports, imaging orders, acknowledgements; by segment."""

from validators.hl7v2 import (  # noqa: F401 - registers the rules
    acknowledgement,
    document,
    event,
    exchange,
    fields,
    flags,
    header,
    imaging,
    participation,
    patient,
    structure,
    transcription,
)
from validators.hl7v2.subject import Message, load, load_answer, load_block, recognises

__all__ = ["Message", "load", "load_answer", "load_block", "recognises"]
