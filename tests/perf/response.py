"""A response of a gibibyte: judged and hashed, against a bare search and hash; and its peers."""

from __future__ import annotations

import email
import email.policy
import hashlib
import mmap
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from dicomweb_client.web import DICOMwebClient

from testdata.exams import exam
from testdata.wire.response import boundary
from tests.conftest import plan_of
from tests.long_response import write_response
from validators.engine import judge
from validators.wado.response import read_exchange

WINDOW = 1 << 20
LONG, SHORT = 1 << 30, 1 << 26
PARTS = 1_000
Ratio = Callable[[Callable[[], float], Callable[[], float]], str]


def _hash(raw: mmap.mmap) -> None:
    digest = hashlib.sha256()
    for start in range(0, len(raw), WINDOW):
        digest.update(raw[start : start + WINDOW])


def judged(raw: mmap.mmap) -> float:
    """Seconds to judge a response and to take its fingerprint."""
    start = perf_counter()
    response = read_exchange(raw)
    judge(plan_of("drim-m-lab", "response"), response)
    response.release()
    _hash(raw)
    return perf_counter() - start


def searched(raw: mmap.mmap) -> float:
    """Seconds to look for the delimiter and to take the fingerprint, and nothing else."""
    start = perf_counter()
    delimiter = b"\r\n--" + boundary(exam("alpha")).encode()
    digest = hashlib.sha256()
    for place in range(0, len(raw), WINDOW):
        window = raw[place : place + WINDOW]
        digest.update(window)
        at = window.find(delimiter)
        while at >= 0:
            at = window.find(delimiter, at + 1)
    return perf_counter() - start


def by_email(raw: mmap.mmap) -> float:
    """Seconds in which the email package takes the parts apart."""
    start = perf_counter()
    head, _, body = raw[:].partition(b"\r\n\r\n")
    fields = head.partition(b"\r\n")[2] + b"\r\n\r\n"
    found = email.message_from_bytes(fields + body, policy=email.policy.HTTP)
    assert len(found.get_payload()) == PARTS
    return perf_counter() - start


class _Answer:
    """What dicomweb-client takes from an HTTP library."""

    def __init__(self, raw: mmap.mmap) -> None:
        head, _, self.content = raw[:].partition(b"\r\n\r\n")
        value = head.decode("latin_1").partition("Content-Type: ")[2]
        self.headers = {"content-type": value.partition("\r\n")[0]}

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *_: object) -> None:
        self.content = b""

    def iter_content(self, chunk_size: int) -> Iterator[bytes]:
        return iter([self.content])


def by_dicomweb_client(raw: mmap.mmap) -> float:
    """Seconds in which dicomweb-client takes the parts apart, all in memory."""
    client = DICOMwebClient("http://localhost")
    start = perf_counter()
    found = list(client._decode_multipart_message(_Answer(raw), stream=False))
    assert len(found) == PARTS
    return perf_counter() - start


def response(folder: Path, ratio: Ratio) -> None:
    """Print the ratios."""
    path = folder / "response.http"
    block = random.Random(1).randbytes(WINDOW)

    def against(name: str, size: int, peer: Callable[[mmap.mmap], float]) -> None:
        write_response(path, PARTS, size, block=block)
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
            found = ratio(lambda: peer(raw), lambda: judged(raw))
            print(f"a response of {size >> 20} MiB, throughput: judge and SHA-256 / {name}:", found)

    against("search and SHA-256", LONG, searched)
    against("email", SHORT, by_email)
    against("dicomweb-client", SHORT, by_dicomweb_client)
