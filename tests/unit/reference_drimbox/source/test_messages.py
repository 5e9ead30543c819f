"""The HL7 messages that the Source understands, and where it says that one is wrong."""

from __future__ import annotations

import pytest

from reference_drimbox import hl7, orders
from reference_drimbox.orders import Kind
from simulators.ris.messages import Form, deleted_message, report_message
from testdata.exam import Event
from testdata.exams import EXAMS, LARGE, exam
from tests.unit.reference_drimbox.source.conftest import ALPHA


def block(event: Event = Event.CREATE, form: Form = Form.ORU, control: str = "1" * 12) -> bytes:
    return report_message(ALPHA, event, form, control)[0][1:-2]


@pytest.mark.parametrize("name", [one for one in EXAMS if one not in LARGE])
@pytest.mark.parametrize("event", [*Event])
@pytest.mark.parametrize("form", [*Form])
def test_every_message_is_understood(name: str, event: Event, form: Form) -> None:
    one = exam(name)
    asked = orders.of_block(report_message(one, event, form, "1" * 12)[0][1:-2])
    assert asked.kind is (Kind.WITHDRAWN if event is Event.DELETE else Kind.REPORT)
    assert asked.report is not None
    assert list(asked.studies) == [study.uid for study in one.studies]
    assert asked.report.patient.ins.extension == one.patient.ins
    assert ("MASQUE_PS" in asked.masks) is one.masking.professionals


def test_an_omi_names_its_study() -> None:
    asked = orders.of_block(deleted_message(ALPHA, "1" * 12)[0][1:-2])
    assert (asked.kind, list(asked.studies)) == (Kind.DELETED, [ALPHA.study.uid])


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        (b"MSH|^~\\&|", b"MSH|^~\\#|", "100", "MSH^1"),
        (b"UNICODE UTF-8", b"KLINGON", "103", "MSH^1^18"),
        (b"ORU^R01^ORU_R01", b"ADT^A01^ADT_A01", "200", "MSH^1^9"),
        (b"ORU^R01^ORU_R01", b"ORU^R03^ORU_R01", "201", "MSH^1^9"),
        (b"|P|2.5|", b"|X|2.5|", "202", "MSH^1^11"),
        (b"|P|2.5|", b"|P|3.0|", "203", "MSH^1^12"),
        (b"ORC|NW", b"ORC|CA", "103", "ORC^1^1"),
        (b"^Base64^", b"^Base64^*", "102", "OBX^1^5^1^5"),
        (b"^Base64^", b"^A^", "102", "OBX^1^5"),
        (b"|ED|", b"|TX|", "100", "OBX"),
    ],
)
def test_a_message_that_is_wrong_says_where(old: bytes, new: bytes, code: str, place: str) -> None:
    with pytest.raises(hl7.Unreadable) as caught:
        orders.of_block(block().replace(old, new, 1))
    assert (caught.value.code, caught.value.place) == (code, place)


def test_fields_are_unescaped_and_in_latin_9() -> None:
    raw = "MSH|^~\\&|A|B|||||ORU^R01|1|P|2.5||||||8859/15\rPID|||x\\S\\y\\T\\z^é€".encode(
        "iso-8859-15"
    )
    found = hl7.read(raw).first("PID")
    assert (found.component(3), found.component(3, 2)) == ("x^y&z", "é€")
