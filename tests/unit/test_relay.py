"""The relay passes what crosses it, and changes what it is told to, message by message."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from drimcheck.harness.relay import Relay, changed
from simulators.network import Network
from simulators.ris.mllp import Listener, framed
from simulators.ris.mllp import send as send_blocks
from simulators.sending import send
from simulators.serving import Serving

LOOPBACK = "127.0.0.1"


def application(_base: str) -> Starlette:
    async def echo(request: Request) -> Response:
        return Response(request.headers.get("x-said", "").encode() + await request.body())

    return Starlette(routes=[Route("/", echo, methods=["GET", "POST", "HEAD"])])


def asked(method: str = "GET", said: str = "one", body: bytes = b"") -> bytes:
    lines = [f"{method} / HTTP/1.1", "Host: a", f"X-Said: {said}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def refuse(_raw: bytes) -> bytes:
    raise ValueError("it does not apply")


def test_http_passes_as_it_is() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(Serving(application, Network(LOOPBACK)))
        relay = stack.enter_context(Relay((LOOPBACK, server.network.port)))
        url = f"http://{LOOPBACK}:{relay.port}/"
        whole = send(url, asked("POST", body=b"x" * 300_000))
        head = send(url, asked("HEAD"))
    assert whole.ended == head.ended == ""
    assert whole.response.endswith(b"one" + b"x" * 300_000)
    assert head.response.endswith(b"\r\n\r\n")


def test_requests_and_answers_are_changed() -> None:
    with Serving(application, Network(LOOPBACK)) as server:
        place = (LOOPBACK, server.network.port)
        requests = [refuse, lambda raw: raw.replace(b"one", b"two")]
        answers = [lambda raw: raw.replace(b"200 OK", b"404 Not Found")]
        with Relay(place, requests=requests, answers=answers) as relay:
            one = send(f"http://{LOOPBACK}:{relay.port}/", asked())
    assert one.response.startswith(b"HTTP/1.1 404 Not Found")
    assert one.response.endswith(b"two")


def test_a_connection_carries_several_messages() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(Serving(application, Network(LOOPBACK)))
        relay = stack.enter_context(Relay((LOOPBACK, server.network.port)))
        stream = stack.enter_context(socket.create_connection((LOOPBACK, relay.port), 10))
        stream.sendall(asked(said="first") + asked(said="second"))
        got = b""
        while not got.endswith(b"second"):
            data = stream.recv(1 << 16)
            assert data
            got += data
    assert b"first" in got
    assert got.count(b"HTTP/1.1 200") == 2


def test_blocks_of_mllp_are_changed() -> None:
    with Listener(lambda raw: raw) as listener:
        answers = [lambda raw: raw.replace(b"abc", b"xyz")]
        with Relay(listener.address, answers=answers, blocks=True) as relay:
            blocks = [framed(b"MSH|abc"), framed(b"MSH|def")]
            found = list(send_blocks(blocks, (LOOPBACK, relay.port), seconds=10))
    assert [one.sent for one in found] == blocks
    assert b"MSH|xyz" in found[0].received
    assert b"MSH|def" in found[1].received


@pytest.mark.parametrize("blocks", [False, True])
def test_a_place_where_nobody_is(blocks: bool) -> None:
    with socket.create_server((LOOPBACK, 0)) as free:
        place = free.getsockname()
    with (
        Relay(place, blocks=blocks) as relay,
        socket.create_connection((LOOPBACK, relay.port), 10) as stream,
    ):
        stream.sendall(framed(b"MSH|") if blocks else asked())
        assert stream.recv(1 << 16) == b""


def test_a_client_that_says_nothing() -> None:
    for blocks in (False, True):
        with Relay((LOOPBACK, 1), blocks=blocks) as relay:
            socket.create_connection((LOOPBACK, relay.port), 10).close()


def test_what_does_not_apply_leaves_a_message_as_it_is() -> None:
    assert changed(b"a", [refuse, lambda raw: raw + b"b", refuse]) == b"ab"
