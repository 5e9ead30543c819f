"""What a stranger sends to the reference Source: refused, bounded, and the Source goes on."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from reference_drimbox import cda, hl7, orders, xdm
from reference_drimbox.accept import Malformed, accepted
from reference_drimbox.archive import Archive, ArchiveUnavailable, inbox
from reference_drimbox.http import Client, Unreachable
from reference_drimbox.mllp import Listener
from reference_drimbox.source.notes import NotANote, note_of
from reference_drimbox.source.receiving import Receiver
from simulators.ris.messages import Form, report_message
from simulators.ris.mllp import framed, send
from simulators.serving import Serving
from testdata.exam import Event
from testdata.exams import exam

GOOD = report_message(exam("alpha"), Event.CREATE, Form.ORU, "1" * 12)[0][1:-2]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for reader, refusal in (
        (orders.of_block, hl7.Unreadable),
        (cda.read, cda.NotAReport),
        (xdm.read, xdm.NotAnArchive),
        (note_of, NotANote),
    ):
        try:
            reader(raw)  # type: ignore[operator]
        except refusal:
            continue


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3))
def test_a_message_damaged_anywhere_is_read_or_refused(at: int, put: bytes) -> None:
    raw = GOOD[:at] + put + GOOD[at + len(put) :]
    try:
        orders.of_block(raw)
    except hl7.Unreadable as problem:
        found = hl7.acknowledgement(raw, "AE", problem, datetime(2026, 11, 24))
        assert b"\rMSA|AE|" in found


@given(st.text(max_size=80))
def test_any_accept_is_read_or_refused(text: str) -> None:
    try:
        accepted([text])
    except Malformed:
        return


def test_a_listener_outlives_what_is_no_block() -> None:
    with_longest = Listener(lambda raw: raw[:10], "127.0.0.1", 0, longest=1 << 20)
    with_longest.start()
    try:
        for raw in (b"GET / HTTP/1.1\r\n\r\n", b"\x0b" + b"x" * (1 << 21), b""):
            with socket.create_connection(with_longest.address, 10) as stream:
                stream.settimeout(10)
                try:
                    stream.sendall(raw)
                    stream.shutdown(socket.SHUT_WR)
                    assert stream.recv(10) == b""
                except ConnectionError:
                    continue
        several = send([framed(b"a" * 500_000), framed(b"b")], with_longest.address)
        assert [one.acknowledgement for one in several] == [b"a" * 10, b"b"]
        with socket.create_connection(with_longest.address, 10) as stream:
            stream.sendall(framed(b"c") + framed(b"d"))
            stream.settimeout(10)
            found = b""
            while found.count(b"\x1c") < 2:
                found += stream.recv(100)
            assert found == framed(b"c") + framed(b"d")
    finally:
        with_longest.stop()


def test_a_peer_sets_no_cookie_for_another_user() -> None:
    seen: list[str] = []

    async def answer(request: Request) -> Response:
        seen.append(request.headers.get("Cookie", ""))
        made = Response("")
        made.set_cookie("who", "somebody")
        return made

    with Serving(lambda _: Starlette(routes=[Route("/", answer)])) as served:
        client = Client()
        for _ in range(2):
            assert client.send("GET", f"{served.base}/").status == 200
        client.close()
    assert seen == ["", ""]


def test_an_answer_without_end_ends_with_its_deadline() -> None:
    async def answer(_request: Request) -> Response:
        async def forever() -> AsyncIterator[bytes]:
            while True:
                yield b"x"
                await anyio.sleep(0.01)

        return StreamingResponse(forever())

    with Serving(lambda _: Starlette(routes=[Route("/", answer)])) as served:
        client = Client()
        with pytest.raises(Unreachable) as caught:
            client.send("GET", f"{served.base}/", seconds=0.3)
        assert caught.value.why == "timeout"
        client.close()


def test_without_its_archive_the_source_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    archive = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    receiver = Receiver(archive, "Europe/Paris", lambda: None)
    assert b"\rMSA|AA|" in receiver.message(GOOD)

    def unavailable(*_: object) -> bool:
        raise ArchiveUnavailable("disk full")

    monkeypatch.setattr(inbox, "receive", unavailable)
    assert b"\rMSA|AR|" in receiver.message(GOOD)

    def surprise(*_: object) -> bool:
        raise ZeroDivisionError(exam("alpha").patient.ins)

    monkeypatch.setattr(inbox, "receive", surprise)
    assert b"\rMSA|AE|" in receiver.message(GOOD)
    assert exam("alpha").patient.ins not in caplog.text
