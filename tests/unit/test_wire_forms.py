"""A request as curl command or in a HAR is the request that it stands for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drimcheck.cli import main
from testdata.exams import exam
from testdata.wire.request import LOSSLESS, accept
from validators.reading import curl, har
from validators.wado.accept import split
from validators.wado.target import target

ALPHA = exam("alpha")
URL = ALPHA.retrieve_url(ALPHA.study, ALPHA.study.series[0])
HEADERS = {
    "Accept": accept(LOSSLESS),
    "Authorization": "Bearer abc.def",
    "KOS-SOPInstanceUID": ALPHA.kos_uid(ALPHA.study),
}


def lines(raw: bytes) -> list[str]:
    return raw.decode().partition("\r\n\r\n")[0].split("\r\n")


def test_the_headers_of_curl() -> None:
    text = "$ curl -sk -H 'Accept: a/b' \\\n --oauth2-bearer abc -A me 'https://h:8/x?y=1' -o out"
    assert lines(curl.request_of(text.encode())) == [
        "GET /x?y=1 HTTP/1.1", "Host: h:8", "Accept: a/b", "Authorization: Bearer abc",
        "User-Agent: me",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "first", "body"),
    [
        ("-d a=1 -d b=2", "POST / HTTP/1.1", "a=1&b=2"),
        ("-G -d a=1", "GET /?a=1 HTTP/1.1", ""),
        ("-I", "HEAD / HTTP/1.1", ""),
        ("-XPOST", "POST / HTTP/1.1", ""),
        ("--request=PUT", "PUT / HTTP/1.1", ""),
        ("-0", "GET / HTTP/1.0", ""),
    ],
)
def test_the_method_of_curl(options: str, first: str, body: str) -> None:
    raw = curl.request_of(f"curl {options} h".encode())
    assert lines(raw)[0] == first
    assert raw.decode().partition("\r\n\r\n")[2] == body


def test_a_header_that_curl_takes_out() -> None:
    assert lines(curl.request_of(b"curl -H 'Accept:' -H 'User-Agent:' h")) == [
        "GET / HTTP/1.1", "Host: h",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["curl", "curl -H", "curl 'h"])
def test_a_line_that_is_no_command(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        curl.request_of(text.encode())


def test_a_har_shows_its_wado_requests_alone() -> None:
    entries = [
        {"request": {"method": "GET", "url": url, "httpVersion": "h2", "headers": [
            {"name": ":authority", "value": "h"}, {"name": "Accept", "value": "a/b"}]}}
        for url in ("https://h/app.js", URL)
    ]  # fmt: skip
    found = har.requests_of(json.dumps({"log": {"entries": entries}}).encode())
    assert [one.place for one in found] == ["entries[1].request"]
    host, path = URL.split("/", 3)[2:]
    assert lines(found[0].raw) == [f"GET /{path} HTTP/2", f"Host: {host}", "Accept: a/b"]


@pytest.mark.parametrize("raw", [b"{", b"{}", b'{"log": 1}', b'{"log": {"entries": [{}]}}'])
def test_a_har_that_is_none(raw: bytes) -> None:
    with pytest.raises(ValueError, match="HAR"):
        har.requests_of(raw)


def test_the_command_reads_each_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = "curl " + " ".join(f"-H '{name}: {value}'" for name, value in HEADERS.items())
    (tmp_path / "curl.txt").write_text(f"{command} '{URL}'")
    headers = [{"name": name, "value": value} for name, value in HEADERS.items()]
    entry = {"request": {"method": "GET", "url": URL, "headers": headers}}
    (tmp_path / "it.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    for name in ("curl.txt", "it.har"):
        assert main(["wado-request", str(tmp_path / name), "--lang", "en"]) == 0
    assert "Not conforming" not in capsys.readouterr().out


def test_the_standard_input() -> None:
    text = f"GET {URL} HTTP/1.1\n" + "".join(f"{n}: {v}\n" for n, v in HEADERS.items())
    done = subprocess.run(
        [sys.executable, "-m", "drimcheck", "wado-request", "-", "--lang", "en"],
        input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_list_is_cut_outside_quotes() -> None:
    assert split('a; b="x;y", c', ";") == ["a", 'b="x;y", c']
    assert split('a="\\",", b', ",") == ['a="\\","', "b"]


@pytest.mark.parametrize(
    ("text", "level", "known"),
    [
        ("/rs/studies/1.2", "study", True),
        ("https://h/rs/studies/1.2/series/3.4/instances/5.6", "instance", True),
        ("/studies/1/series/2/instances/3/frames/1,2/rendered", "frames", True),
        ("/studies/1/series/2/instances/3/frames/1/metadata", "frames", False),
        ("/studies/1/series/2/instances/3/bulkdata/a/b", "instance", True),
        ("/rs/studies/1/studies/1/series/2", "series", False),
        ("/rs/series/1", "", False),
        ("http://[", "", False),
    ],
)
def test_the_resource_of_a_target(text: str, level: str, known: bool) -> None:
    found = target(text)
    assert (found.level, found.known) == (level, known)
