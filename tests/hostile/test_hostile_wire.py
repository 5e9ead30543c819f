"""What an attacker answers to a retrieval: a finding or a refusal, in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from testdata.exams import exam
from testdata.wire.response import lossless_part, part
from tests.conftest import failing, plan_of
from tests.hostile.test_hostile import GUARD
from tests.long_response import write_response
from validators.engine import judge
from validators.model import Outcome
from validators.reading import limits
from validators.wado.response import load

ALPHA = exam("alpha")
FIRST = ALPHA.study.series[0]
GIBIBYTE = 1 << 30
RESIDENT = 128 * 1024
"""Kilobytes of memory of its own for a response of any length."""

RELATED = 'multipart/related; type="application/dicom"; boundary=B'
JSON = "application/dicom+json"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
DICOM = b"--B\r\nContent-Type: application/dicom\r\n\r\n"
END = b"\r\n--B--\r\n"
EMPTY_FRAGMENT, FRAGMENTS_END = b"\xfe\xff\x00\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"


def answer(body: bytes, content_type: str = RELATED, headers: bytes = b"") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n".encode()
    return head + headers + b"\r\n" + body


def meta() -> bytes:
    """Preamble and group 0002 of an instance in Explicit VR."""
    raw = part(ALPHA, ALPHA.study, FIRST, 1)
    return raw[: 144 + int.from_bytes(raw[140:144], "little")]


def compressed() -> bytes:
    """An instance in JPEG-LS as far as its fragments."""
    raw = lossless_part(ALPHA, ALPHA.study, FIRST, 1)
    return raw[: raw.rindex(b"\xfe\xff\x00\xe0")]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "200,000 empty parts": (lambda: answer(b"--B\r\n\r\n\r\n" * 200_000 + END), "MAX_PARTS"),
    "1,000 headers in a part": (
        lambda: answer(b"--B\r\n" + b"a: b\r\n" * 1_000 + b"\r\nx" + END), "MAX_PART_HEADERS"),
    "a header of 200 kB": (
        lambda: answer(b"--B\r\na: " + b"b" * 200_000 + b"\r\n\r\nx" + END), "MAX_PART_HEAD_BYTES"),
    "a preamble of 100 MB": (
        lambda: answer(b"a" * 100_000_000 + b"\r\n--B\r\n\r\nx" + END), "MAX_PREAMBLE_BYTES"),
    "3,000,000 lines like a delimiter": (
        lambda: answer(b"--B\r\n\r\n" + b"\r\n--Bx" * 3_000_000 + END), "MAX_COLLISIONS"),
    "1,000,000 chunks": (
        lambda: answer(b"1\r\na\r\n" * 1_000_000 + b"0\r\n\r\n", headers=CHUNKED),
        "MAX_HTTP_CHUNKS"),
    "a chunk extension of 100 MB": (
        lambda: answer(b"1;" + b"a" * 100_000_000 + b"\r\na\r\n0\r\n\r\n", headers=CHUNKED),
        "MAX_CHUNK_LINE_BYTES"),
    "1,000,000 trailers": (
        lambda: answer(b"0\r\n" + b"a: b\r\n" * 1_000_000 + b"\r\n", headers=CHUNKED),
        "MAX_PART_HEAD_BYTES"),
    "600,000 fragments": (
        lambda: answer(DICOM + compressed() + EMPTY_FRAGMENT * 600_000 + FRAGMENTS_END + END),
        "MAX_FRAGMENTS"),
    "20,000 nested sequences": (
        lambda: answer(DICOM + meta() + b"\x08\0\x15\x11SQ\0\0\xff\xff\xff\xff"
                       b"\xfe\xff\x00\xe0\xff\xff\xff\xff" * 20_000 + END), ""),
    "1,000,000 arrays in one another": (lambda: answer(b"[" * 1_000_000, JSON), "MAX_DEPTH"),
    "JSON of 30 MB": (
        lambda: answer(b"[" + b",".join([b'{"00080018":{"vr":"UI","Value":["1"]}}'] * 600_000)
                       + b"]", JSON), "MAX_JSON_VALUES"),
    "JSON of 490,000 attributes": (
        lambda: answer(b"[{" + b",".join(b'"%08X":{"vr":"LO"}' % at for at in range(490_000))
                       + b"}]", JSON), "MAX_JSON_ATTRIBUTES"),
}  # fmt: skip
FOUND: dict[str, tuple[Callable[[], bytes], str]] = {
    "chunks of one byte": (
        lambda: answer(b"1\r\na\r\n" * 490_000 + b"0\r\n\r\n", headers=CHUNKED), "WADO-WR29"),
    "a chunk that declares an exabyte": (
        lambda: answer(b"fffffffffffffff\r\naaa", headers=CHUNKED), "WADO-WR16-LAST"),
    "49,000 empty parts": (
        lambda: answer(b"--B\r\n\r\n\r\n" * 49_000 + END), "WADO-WR29-EMPTY"),
    "100 multiparts in one another": (
        lambda: answer(b"--B\r\nContent-Type: multipart/related; boundary=B\r\n\r\n" * 100 + b"x"),
        "WADO-WR21"),
    "a negative length": (lambda: answer(b"abc", headers=b"Content-Length: -5\r\n"),
                          "WADO-WR15-LENGTH"),
    "a boundary of regular expressions": (
        lambda: answer(b"--(.*)+$\r\n\r\nx\r\n--(.*)+$--\r\n",
                       'multipart/related; type="application/dicom"; boundary="(.*)+$"'),
        "WADO-WR22-CHARS"),
    "a boundary of a megabyte": (
        lambda: answer(b"", RELATED + "B" * 500_000), "WADO-WR22-CHARS"),
    "490,000 empty fragments": (
        lambda: answer(DICOM + compressed() + EMPTY_FRAGMENT * 490_000 + FRAGMENTS_END + END),
        "WADO-WP12-CODESTREAM"),
    "an XML bomb": (
        lambda: answer(b'--B\r\nContent-Type: application/dicom+xml\r\n\r\n<!DOCTYPE a [<!ENTITY b '
                       b'"bb">]><a>&b;</a>' + END,
                       'multipart/related; type="application/dicom+xml"; boundary=B'),
        "WADO-WX01"),
    "one name 400,000 times": (
        lambda: answer(b"[{" + b",".join([b'"00280010":{"vr":"US"}'] * 400_000) + b"}]", JSON),
        "WADO-WJ02"),
    "a number of 100,000 digits": (
        lambda: answer(b'[{"00280010":{"vr":"US","Value":[' + b"9" * 100_000 + b"]}}]", JSON),
        "WADO-WJ02"),
}  # fmt: skip


def judged(raw: bytes) -> tuple[str, set[str]]:
    """The limit that was passed, and the rules that failed; nothing breaks."""
    response = load(raw)
    found = {one.rule: one for one in judge(plan_of("drim-m-lab", "response"), response)}
    unread = response.unread
    response.release()
    assert [one for one in found.values() if one.outcome is Outcome.ERROR] == []
    return unread, failing(found)


@pytest.mark.parametrize("name", REFUSED)
def test_what_passes_a_limit_is_refused(name: str) -> None:
    make, limit = REFUSED[name]
    unread, failed = judged(make())
    assert unread.startswith(limit) if limit else unread or failed


@pytest.mark.parametrize("name", FOUND)
def test_what_is_wrong_is_found(name: str) -> None:
    make, rule = FOUND[name]
    unread, failed = judged(make())
    assert unread == ""
    assert rule in failed


def test_a_coding_that_was_not_asked_for_leaves_the_body_untested() -> None:
    raw = answer(b"\x1f\x8b" + bytes(1_000), headers=b"Content-Encoding: gzip\r\n")
    found = {one.rule: one for one in judge(plan_of("drim-m-lab", "response"), load(raw))}
    assert "WADO-WR29" in failing(found, Outcome.NOT_TESTED)


def test_a_response_cut_anywhere_is_judged() -> None:
    raw = answer(DICOM + part(ALPHA, ALPHA.study, FIRST, 1)[:4_000] + END)
    end_of_head = raw.index(b"\r\n\r\n") + 4
    for length in range(0, len(raw), 3):
        unread, failed = judged(raw[:length])
        assert unread or failed or length == end_of_head


PROGRAM = """
import mmap, sys
from tests.conftest import plan_of
from validators.engine import judge
from validators.wado.response import read_exchange
with open(sys.argv[1], "rb") as file:
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    response = read_exchange(mapped)
    results = judge(plan_of("drim-m-lab", "response"), response)
    print(len(response.parts), [one.rule for one in results if one.outcome in ("fail", "error")])
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("RssAnon")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("parts", [1, 1_000])
def test_a_gibibyte_takes_constant_memory(tmp_path: Path, parts: int, chunked: bool) -> None:
    path = tmp_path / "response.http"
    write_response(path, parts, GIBIBYTE, chunked=chunked)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True, text=True, timeout=GUARD, check=True,
    )  # fmt: skip
    path.unlink()
    seen, resident = done.stdout.splitlines()
    assert seen == f"{parts} ['WADO-WP12-LENGTH']"
    assert int(resident) < RESIDENT


def test_the_limits_are_named() -> None:
    for _, limit in REFUSED.values():
        assert not limit or hasattr(limits, limit)
