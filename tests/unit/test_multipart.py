"""Bodies and multiparts as the wire has them: chunks, delimiters, edges of the window."""

from __future__ import annotations

import email
import email.policy
import random

import pytest

from testdata.mutants import base
from testdata.wire.response import in_chunks
from validators.reading import limits
from validators.reading.http_body import CLOSE, Body, read_body, saved_body
from validators.reading.multipart import Multipart, read_multipart
from validators.wado.response import read_exchange


def whole(raw: bytes) -> Body:
    body = Body(raw, CLOSE)
    body.add(0, len(raw))
    return body


def contents(found: Multipart) -> list[bytes]:
    return [one.read(0, one.length) for one in found.parts]


def parsed(raw: bytes, boundary: str = "B") -> Multipart:
    return read_multipart(whole(raw), boundary)


EXAMPLE = (
    b"before\r\n--B\r\nContent-Type: a/b\r\n\r\nhello\r\n--B \t\r\n\r\n\r\n--B\r\nA: b\r\n\r\n"
    b"x\ny\r\n--Bz\r\nmore\r\n--B--\r\nafter"
)
CONTENTS = [b"hello", b"", b"x\ny\r\n--Bz\r\nmore"]


@pytest.mark.parametrize("window", [*range(1, len(EXAMPLE) + 2), 1 << 20])
def test_a_delimiter_is_found_across_any_edge(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_WINDOW_BYTES", window)
    found = parsed(EXAMPLE)
    assert contents(found) == CONTENTS
    assert (found.preamble, found.epilogue, found.closed) == (6, 5, True)
    assert found.collisions == [EXAMPLE.index(b"\r\n--Bz")]


@pytest.mark.parametrize("size", range(1, 60))
def test_chunks_of_any_size_make_the_same_parts(size: int) -> None:
    pieces = [EXAMPLE[at : at + size] for at in range(0, len(EXAMPLE), size)]
    sent = b"".join(b"%x;name=value\r\n%b\r\n" % (len(one), one) for one in pieces) + b"0\r\n\r\n"
    body = read_body(sent, 0, [], ["chunked"])
    assert body.problems == []
    assert contents(read_multipart(body, "B")) == CONTENTS
    assert body.read(3, 20) == EXAMPLE[3:23]
    assert sent[body.place(30)] == EXAMPLE[30]


def test_the_parts_are_those_of_the_email_package() -> None:
    draw = random.Random(1)
    for _ in range(200):
        parts = [draw.randbytes(draw.randrange(1, 300)) for _ in range(draw.randrange(1, 6))]
        raw = b"".join(
            b"--edge\r\nContent-Type: application/dicom\r\nX-N: %d\r\n\r\n%b\r\n" % (number, one)
            for number, one in enumerate(parts)
        )
        raw += b"--edge--\r\n"
        head = b'Content-Type: multipart/related; type="a/b"; boundary=edge\r\n\r\n'
        peer = email.message_from_bytes(head + raw, policy=email.policy.HTTP)
        found = parsed(raw, "edge")
        assert contents(found) == parts
        assert [one.value("x-n") for one in found.parts] == [
            one["X-N"] for one in peer.iter_parts()
        ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", []),
        (b"--B", [b""]),
        (b"--B--", []),
        (b"--B\r\n", [b""]),
        (b"--B\r\n\r\n--B--\r\n", [b""]),
        (b"--B\r\n--B\r\n--B--", [b"", b""]),
        (b"--B\r\nA: b\r\n--B\r\n\r\nx\r\n--B--", [b"", b"x"]),
        (b"--B\n\nx\n--B--\n", [b"x"]),
        (b"--B\r\n\r\nx", [b"x"]),
        (b"--B\r\n\r\n\r\n\r\n--B--", [b"\r\n"]),
    ],
)
def test_bodies_that_are_hardly_multiparts(raw: bytes, expected: list[bytes]) -> None:
    assert contents(parsed(raw)) == expected


def test_a_length_that_is_right_keeps_a_delimiter_inside_its_part() -> None:
    inside = b"a\r\n--B\r\nb"
    raw = b"--B\r\nContent-Length: %d\r\n\r\n%b\r\n--B--\r\n"
    found = parsed(raw % (len(inside), inside))
    assert contents(found) == [inside]
    assert len(found.collisions) == 1
    assert contents(parsed(raw % (len(inside) + 1, inside)))[0] == b"a"


def test_line_ends_of_lf_are_counted() -> None:
    found = parsed(b"--B\nA: b\n\nx\n--B--\n")
    assert found.lone_lf == 2
    assert found.parts[0].lone_lf == 2


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", ""),
        (b"5\r\nhello\r\n0\r\nA: b\r\n\r\n", "trailer"),
        (b"5\r\nhello\r\n0\r\n\r\nmore", "extra"),
        (b"5\r\nhello\r\n", "last-chunk"),
        (b"5\r\nhello\r\n0\r\n", "last-chunk"),
        (b"5\r\nhel", "last-chunk"),
        (b"5\r\nhello", "last-chunk"),
        (b"5\r\nhelloo\r\n0\r\n\r\n", "chunk"),
        (b"5\nhello\n0\n\n", "chunk"),
        (b"-5\r\nhello\r\n", "chunk"),
        (b"0x5\r\nhello\r\n", "chunk"),
        (b"5 ;a=b\r\nhello\r\n0\r\n\r\n", ""),
    ],
)
def test_chunks_are_followed_to_the_end(sent: bytes, kind: str) -> None:
    body = read_body(sent, 0, [], ["chunked"])
    assert [one.kind for one in body.problems] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("lengths", "kinds"),
    [(["5"], []), (["4"], ["extra"]), (["6"], ["short"]), (["5, 5"], []), (["4", "5"], []),
     (["-1"], []), ([], [])],
)  # fmt: skip
def test_lengths_are_those_of_the_body(lengths: list[str], kinds: list[str]) -> None:
    assert [one.kind for one in read_body(b"hello", 0, lengths, []).problems] == kinds


def test_a_saved_body_is_what_was_in_the_chunks() -> None:
    raw = base("wado-response-chunked")
    head, _, sent = raw.partition(b"\r\n\r\n")
    body = read_body(sent, 0, [], ["chunked"])
    payload = body.read(0, body.length)
    assert in_chunks(payload) == sent
    apart = read_exchange(head + b"\r\n\r\n", payload)
    together = read_exchange(raw)
    assert len(apart.parts) == len(together.parts) == 10
    assert "body" in apart.given
    assert [one.kind for one in saved_body(payload, 3).problems] == ["extra"]


def test_a_head_alone_has_no_body() -> None:
    raw = base("wado-response")
    alone = read_exchange(raw.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n") + b"\n\n")
    assert alone.given == frozenset()
    assert not alone.captured
    assert read_exchange(raw).captured


@pytest.mark.parametrize("over", [0, 1])
def test_limits_are_reached_and_not_passed(over: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PARTS", 3)
    monkeypatch.setattr(limits, "MAX_PART_HEADERS", 3)
    monkeypatch.setattr(limits, "MAX_HTTP_CHUNKS", 3)
    monkeypatch.setattr(limits, "MAX_COLLISIONS", 3)
    many = 3 + over
    assert bool(parsed(b"--B\r\n\r\nx\r\n" * many + b"--B--").limit) is bool(over)
    assert bool(parsed(b"--B\r\n" + b"A: b\r\n" * many + b"\r\nx\r\n--B--").limit) is bool(over)
    assert bool(parsed(b"--B\r\n\r\nx" + b"\r\n--Bx" * many + b"\r\n--B--").limit) is bool(over)
    assert bool(read_body(b"1\r\na\r\n" * many + b"0\r\n\r\n", 0, [], ["chunked"]).limit) is bool(
        over
    )
