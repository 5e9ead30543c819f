"""ACK: the technical acknowledgement of a message (HL7 v2.5.1 2.9.2, original mode)."""

from __future__ import annotations

from testdata.exam import Exam
from testdata.message.segments import message, segment

RECEIVED = "20261120111705"


def acknowledgement(exam: Exam, received: bytes, *, code: str, condition: str = "") -> bytes:
    """The acknowledgement of a message that these generators made: AA, AE or AR.

    ``condition`` is a code of HL7 table 0357, for a refusal.
    """
    head = received.decode().split("\r", 1)[0].split("|")
    event = head[8].split("^")[1]
    answer = {
        1: head[4],
        2: head[5],
        3: head[2],
        4: head[3],
        5: RECEIVED,
        7: f"ACK^{event}^ACK",
        8: exam.seed.digits(f"acknowledgement {head[9]}", 12),
        9: head[10],
        10: head[11],
        15: "FRA",
        16: "UNICODE UTF-8",
    }
    segments = [segment("MSH|^~\\&", answer), segment("MSA", {1: code, 2: head[9]})]
    if condition:
        segments.append(segment("ERR", {3: condition, 4: "E"}))
    return message(*segments)
