"""Nothing raises, whatever bytes a report is made of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testdata.mutants import base, bases
from tests.conftest import results
from validators import cda
from validators.cda.links import address
from validators.cda.times import later
from validators.model import Outcome
from validators.reading.pdf import read

BASES = [name for name, one in bases().items() if one.kind == "cda"]
SPLICES = (b"", b"<", b">", b'"', b"&", b"&#0;", b"\0", b"\xff", b"<a/>", b" xmlns=''", b"\xc3\xa9")


def errors(raw: bytes) -> list[str]:
    found = results(raw, "drim-m-lab", "cda")
    return [f"{one.rule}: {one.note}" for one in found.values() if one.outcome is Outcome.ERROR]


def head(name: str) -> int:
    """Where the header ends: what comes after is base64 for the most part."""
    return base(name).index(b"<component")


@pytest.mark.parametrize("name", BASES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_report_with_bytes_changed_is_judged(name: str, data: st.DataObject) -> None:
    raw = bytearray(base(name))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, head(name)))
        raw[place : place + data.draw(st.integers(0, 8))] = data.draw(st.sampled_from(SPLICES))
    assert errors(bytes(raw)) == []
    cda.recognises(bytes(raw))


@pytest.mark.parametrize("name", BASES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40), data=st.data())
def test_a_report_with_a_value_changed_is_judged(
    name: str, value: str, data: st.DataObject
) -> None:
    """Another value in any attribute: still XML, seldom what the rules expect."""
    parts = base(name).split(b'"')
    odd = [number for number in range(1, len(parts), 2) if b"urn:" not in parts[number]]
    number = data.draw(st.sampled_from(odd))
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    parts[number] = escaped.encode()
    assert errors(b'"'.join(parts)) == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_can_be_looked_at_as_a_report(raw: bytes) -> None:
    cda.recognises(raw)
    assert errors(raw) == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_can_be_looked_at_as_a_pdf(raw: bytes) -> None:
    read(b"%PDF-1.7\n/URI (" + raw + b")\n1 0 obj <</FlateDecode /ObjStm>> stream\n" + raw)
    read(raw)


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_can_be_a_link_or_a_time(text: str, other: str) -> None:
    address(text)
    address(f"https://{text}?{other}")
    later(text, other)


@given(st.integers(1990, 2100), st.integers(-14, 14))
def test_a_time_is_not_later_than_itself_in_another_zone(year: int, hours: int) -> None:
    sign = "-" if hours < 0 else "+"
    noon = 12 + hours
    if 0 <= noon < 24:
        local = f"{year}0615{noon:02d}0000{sign}{abs(hours):02d}00"
        assert not later(local, f"{year}0615120000+0000")
        assert not later(f"{year}0615120000+0000", local)
        assert later(f"{year}0615120001+0000", local)
