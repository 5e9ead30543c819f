"""A server that never ends, lies or leads astray: the capture ends, with a finding."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drimcheck.cli import main
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.wire import series_response
from tests.hostile.test_hostile import GUARD

ALPHA = exam("alpha")
STUDY = ALPHA.study
TOKEN = "secret-token-of-the-test"
Answer = Callable[[socket.socket, bytes], None]
STEPS = 400


class Server:
    """Answers each connection by one function, on loopback, until it is closed."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.closing = False
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def _serve(self) -> None:
        while not self.closing:
            try:
                connection, _ = self.socket.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                try:
                    self.asked.append(connection.recv(1 << 16))
                    self.answer(connection, self.asked[-1])
                except OSError:
                    pass

    def close(self) -> None:
        self.closing = True
        self.thread.join()
        self.socket.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    started: list[Server] = []

    def start(answer: Answer) -> Server:
        started.append(Server(answer))
        return started[-1]

    yield start
    for one in started:
        one.close()


def says(raw: bytes) -> Answer:
    return lambda connection, _: connection.sendall(raw)


def judged(
    server: Server, folder: Path, *, outcomes: tuple[str, ...] = ("fail",), seconds: int = 20
) -> tuple[int, dict[str, set[str]], float]:
    """Exit code, the rules of these outcomes by side, and how long the command took."""
    kos, token = folder / "kos.dcm", folder / "token"
    kos.write_bytes(write(kos_of(ALPHA, STUDY)))
    token.write_text(TOKEN)
    start = time.monotonic()
    code = main(["wado", "--kos", str(kos), "--base", server.url, "--token-file", str(token),
                 "--deadline", str(seconds), "--profile", "drim-m-lab", "--lang", "en",
                 "--out", str(folder / "out")])  # fmt: skip
    took = time.monotonic() - start
    data = json.loads((folder / "out" / "run.json").read_text())
    failing: dict[str, set[str]] = {"request": set(), "response": set()}
    for subject in data["subjects"]:
        failing[subject["kind"]] |= {
            one["rule"] for one in subject["results"] if one["outcome"] in outcomes
        }
    return code, failing, took


def drip(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _step in range(STEPS):
        connection.sendall(b"x")
        time.sleep(0.1)


def drip_head(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for step in range(STEPS):
        connection.sendall(f"X-{step}: 1\r\n".encode())
        time.sleep(0.1)


def interim(connection: socket.socket, _: bytes) -> None:
    for _step in range(STEPS):
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50)
        time.sleep(0.05)


def chunks(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _step in range(1_000):
        connection.sendall(b"1\r\nx\r\n" * 1_000)
    connection.sendall(b"0\r\n\r\n")


SLOW = {
    "drip": (drip, "HTTP-END-01"),
    "drip-head": (drip_head, "HTTP-END-01"),
    "interim": (interim, "HTTP-INTERIM-01"),
    "million-chunks": (chunks, "WADO-WR15-TYPE"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_server_that_never_ends(
    name: str, serve: Callable[[Answer], Server], tmp_path: Path
) -> None:
    answer, rule = SLOW[name]
    code, failing, took = judged(serve(answer), tmp_path, seconds=2)
    assert code == 1
    assert any(one.startswith(rule) for one in failing["response"])
    # Two series, each with its own deadline, and the judgement of what came.
    assert took < GUARD


def test_a_gzip_bomb_is_not_inflated(serve: Callable[[Answer], Server], tmp_path: Path) -> None:
    bomb = gzip.compress(gzip.compress(bytes(300_000_000)))
    head = (
        'HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type="application/dicom"; '
        f"boundary=b\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    )
    code, failing, _ = judged(serve(says(head.encode() + bomb)), tmp_path)
    assert code == 1
    assert any(rule.startswith("WADO-WR17") for rule in failing["response"])


def test_a_redirect_is_not_followed(serve: Callable[[Answer], Server], tmp_path: Path) -> None:
    other = serve(says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    first = serve(says(f"HTTP/1.1 302 Found\r\nLocation: {other.url}/\r\n"
                       "Content-Length: 0\r\n\r\n".encode()))  # fmt: skip
    _, found, _ = judged(first, tmp_path, outcomes=("fail", "warn"))
    assert {"WADO-WR05", "WADO-RES-01"} & found["response"]
    assert len(first.asked) == 2
    assert other.asked == []


@pytest.mark.parametrize(
    ("status", "code"), [("500 Failed", 3), ("503 Busy", 3), ("403 Forbidden", 3), ("410 Gone", 0)]
)
def test_images_that_did_not_come_do_not_conform(
    status: str, code: int, serve: Callable[[Answer], Server], tmp_path: Path
) -> None:
    raw = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nsaid"
    found, failing, _ = judged(serve(says(raw.encode())), tmp_path)
    assert failing == {"request": set(), "response": set()}
    assert found == code


def test_a_kos_leads_to_no_host_that_was_not_named(tmp_path: Path, capsys) -> None:
    kos = tmp_path / "kos.dcm"
    kos.write_bytes(write(kos_of(ALPHA, STUDY)))
    assert main(["wado", "--kos", str(kos), "--lang", "en"]) == 2
    host = ALPHA.source_url.split("/")[2]
    assert f"--host {host}" in capsys.readouterr().err


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    kos = tmp_path / "kos.dcm"
    kos.write_bytes(write(kos_of(ALPHA, STUDY)))
    assert (
        main(["wado", "--kos", str(kos), "--base", f"http://127.0.0.1:{port}", "--lang", "en"]) == 5
    )


def test_a_conforming_source(serve: Callable[[Answer], Server], tmp_path: Path) -> None:
    def answer(connection: socket.socket, asked: bytes) -> None:
        series = next(one for one in STUDY.series if one.uid.encode() in asked.split(b" ")[1])
        connection.sendall(series_response(ALPHA, STUDY, series, count=len(series.instances)))

    server = serve(answer)
    code, failing, _ = judged(server, tmp_path)
    assert failing == {"request": set(), "response": set()}
    assert code == 0
    sent = server.asked[0]
    assert f"Authorization: Bearer {TOKEN}".encode() in sent
    assert b"Accept-Encoding: identity" in sent
    saved = b"".join(one.read_bytes() for one in (tmp_path / "out").rglob("*") if one.is_file())
    assert TOKEN.encode() not in saved
