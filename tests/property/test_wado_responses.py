"""Nothing raises, whatever bytes a response is made of."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testdata.mutants import base, bases
from tests.conftest import plan_of
from validators.engine import judge
from validators.model import Outcome
from validators.reading import limits
from validators.reading.http_body import CLOSE, Body, read_body
from validators.reading.multipart import read_multipart
from validators.wado import read
from validators.wado.response import read_exchange, recognises

NAMES = [name for name, one in bases().items() if one.kind == "response"]
SPLICES = (b"", b"\r\n", b"\n", b"\0", b"\xff", b"--", b":", b";", b'"', b"*", b"\xfe\xff\x00\xe0",
           b"[", b"{", b"null", b"NaN", b"<", b"SQ", b"9" * 12)  # fmt: skip
PIECES = (b"--B", b"--B--", b"\r\n", b"\n", b"\r", b"Content-Length: 3", b"A: b", b"x", b" ", b"-")


@cache
def small(name: str) -> bytes:
    """A base with the pixels of its later parts left out."""
    return base(name)[:20_000]


def errors(raw: bytes, asked: bytes | None = None) -> list[str]:
    found = read_exchange(raw, request=read(asked) if asked else None)
    judged = judge(plan_of("drim-m-lab", "response"), found)
    return [f"{one.rule}: {one.note}" for one in judged if one.outcome is Outcome.ERROR]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_response_with_bytes_changed_is_judged(name: str, data: st.DataObject) -> None:
    raw = bytearray(small(name))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(raw), 4_000)))
        raw[place : place + data.draw(st.integers(0, 8))] = data.draw(st.sampled_from(SPLICES))
    beside = bases()[name].beside()
    assert errors(bytes(raw), beside.get("request/it")) == []
    recognises(bytes(raw))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(
    ["application/dicom", "application/dicom+json", "image/jpeg", "text/html",
     "multipart/related; type=\"application/dicom\"; boundary=B",
     "multipart/related; type=\"application/dicom+xml\"; boundary=B"]))  # fmt: skip
def test_any_body_is_judged(raw: bytes, content_type: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    assert errors(head + raw) == []
    assert errors(head + b"--B\r\n\r\n" + raw + b"\r\n--B--\r\n") == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_judged_as_a_response(raw: bytes) -> None:
    assert errors(raw) == []
    assert errors(b"HTTP/1.1 200 OK\r\n" + raw) == []


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30), st.integers(1, 40))
def test_the_window_and_the_chunks_change_nothing(pieces: list[bytes], size: int) -> None:
    raw = b"".join(pieces)

    def parts(body: Body) -> object:
        found = read_multipart(body, "B")
        made = [(one.read(0, one.length), one.lone_lf, len(one.headers)) for one in found.parts]
        return made, found.preamble, found.epilogue, found.closed, found.collisions

    whole = Body(raw, CLOSE)
    whole.add(0, len(raw))
    expected = parts(whole)
    sent = b"".join(
        b"%x\r\n%b\r\n" % (len(raw[at : at + size]), raw[at : at + size])
        for at in range(0, len(raw), size)
    )
    assert parts(read_body(sent + b"0\r\n\r\n", 0, [], ["chunked"])) == expected
    kept = limits.BODY_WINDOW_BYTES
    try:
        limits.BODY_WINDOW_BYTES = size
        assert parts(whole) == expected
    finally:
        limits.BODY_WINDOW_BYTES = kept


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.lists(st.text(max_size=20), max_size=2),
       st.lists(st.text(max_size=20), max_size=2))  # fmt: skip
def test_any_framing_can_be_read(raw: bytes, lengths: list[str], codings: list[str]) -> None:
    body = read_body(raw, 0, lengths, codings)
    assert len(body.read(0, len(raw))) == body.length
    chunked = read_body(raw, 0, lengths, ["chunked"])
    assert len(chunked.read(0, len(raw))) == chunked.length
