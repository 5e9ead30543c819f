"""Nothing raises, whatever bytes a message or its metadata are made of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testdata.mutants import base, bases
from tests.conftest import results
from validators.cross import facts_of
from validators.kinds import KINDS
from validators.model import Outcome

NAMES = [name for name, one in bases().items() if one.kind in ("hl7", "xds")]
SPLICES = {
    "hl7": (b"", b"|", b"^", b"~", b"&", b"\\", b"\r", b"\n", b"\x0b", b"\xff", b"MSH|", b"\\H"),
    "xds": (
        b"",
        b"<",
        b">",
        b'"',
        b"&",
        b"\0",
        b"\xff",
        b"--",
        b"\r\n\r\n",
        b"<a/>",
        b"$",
        b"urn:",
    ),
}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_message_with_bytes_changed_is_judged(name: str, data: st.DataObject) -> None:
    kind, raw = bases()[name].kind, bytearray(base(name))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(raw), 20_000)))
        splice = data.draw(st.sampled_from(SPLICES[kind]))
        raw[place : place + data.draw(st.integers(0, 8))] = splice
    found = results(bytes(raw), "drim-m-lab", kind)
    errors = [f"{one.rule}: {one.note}" for one in found.values() if one.outcome is Outcome.ERROR]
    assert errors == []
    KINDS[kind].recognises(bytes(raw))
    facts_of(kind, "it", bytes(raw))


@pytest.mark.parametrize("kind", ["hl7", "xds"])
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_judged(kind: str, raw: bytes) -> None:
    for begun in (raw, b"MSH|^~\\&|" + raw, b"<x>" + raw):
        found = results(begun, "drim-m-lab", kind)
        assert [one for one in found.values() if one.outcome is Outcome.ERROR] == []
        facts_of(kind, "it", begun)


@pytest.mark.parametrize("role", ["kos", "cda", "fhir"])
@given(raw=st.binary(max_size=200) | st.sampled_from([b"{}", b"[]", b'{"resourceType": 1}', b"1"]))
def test_any_bytes_have_facts(role: str, raw: bytes) -> None:
    facts_of(role, "it", raw)
