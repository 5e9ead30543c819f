"""What a report shows of an HTTP message: its head, no credential, the measures of its body."""

from __future__ import annotations

import hashlib

from drimcheck.messages import HEAD, messages_of, shown_of
from reports.commands import curl, of
from validators.model import Exchange, Message, Outcome, Result

ASKED = (b"GET /studies/1 HTTP/1.1\r\nHost: x.example\r\nAuthorization: Bearer abcdefgh.ij\r\n"
         b"Accept: multipart/related; type=\"application/dicom\"\r\n\r\n")  # fmt: skip
BODY = (b"--b\r\nContent-Type: application/dicom\r\n\r\nDICOM\r\n"
        b"--b\r\nContent-Type: application/dicom\r\n\r\nMORE\r\n--b--\r\n")  # fmt: skip
HEADERS = (b"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type=\"application/dicom\"; "
           b"boundary=b\r\nContent-Length: %d\r\n\r\n" % len(BODY))  # fmt: skip
CAME = HEADERS + BODY
ONE = Exchange("https://x.example/studies/1", ASKED, CAME)


def test_an_exchange_is_shown_by_its_heads_and_measures() -> None:
    asked, came = messages_of(ONE)
    assert asked.head.startswith("GET /studies/1 HTTP/1.1\r\n")
    assert "abcdefgh" not in asked.head
    assert (asked.body_size, asked.body_sha256, asked.parts) == (0, "", ())
    assert came.head.startswith("HTTP/1.1 200 OK")
    assert (came.body_size, came.body_sha256) == (len(BODY), hashlib.sha256(BODY).hexdigest())
    assert [(part.media_type, part.size) for part in came.parts] == [
        ("application/dicom", 5),
        ("application/dicom", 4),
    ]
    assert came.parts[0].sha256 == hashlib.sha256(b"DICOM").hexdigest()


def test_a_long_head_is_cut_and_says_so() -> None:
    long = b"GET / HTTP/1.1\r\nX: " + b"a" * 5000 + b"\r\n\r\n"
    (asked,) = messages_of(Exchange("", long, b""))
    assert len(asked.head) == HEAD
    assert asked.omitted == len(long) - HEAD


def test_messages_are_shown_where_something_was_found() -> None:
    assert shown_of(ONE, (Result("R", Outcome.PASS, 1),)) == ()
    assert shown_of(None, (Result("R", Outcome.FAIL, 1),)) == ()
    assert len(shown_of(ONE, (Result("R", Outcome.FAIL, 1),))) == 2


def test_curl_sends_the_request_without_its_token() -> None:
    made = curl(messages_of(ONE)[0])
    assert made.posix.startswith("curl --include --request GET --header 'Authorization: Bearer '")
    assert '"$TOKEN"' in made.posix
    assert "Host" not in made.posix
    assert made.posix.endswith(" --url https://x.example/studies/1")
    assert made.windows.startswith("curl.exe --include --request GET")
    assert "('Authorization: Bearer ' + $env:TOKEN)" in made.windows
    assert "masked-" not in made.posix + made.windows


def test_an_argument_is_one_argument_in_both_shells() -> None:
    made = of(["a b", "it's", "$(x)", "`y`"])
    assert made.posix == """'a b' 'it'"'"'s' '$(x)' '`y`'"""
    assert made.windows == "'a b' 'it''s' '$(x)' '`y`'"


def test_a_line_that_is_no_header_is_not_given_to_curl() -> None:
    head = "--output=/x / HTTP/1.1\r\n@/etc/passwd\r\n-K x: y\r\nX-A: b\r\n"
    made = curl(Message("request", "https://x.example/", head, 0, 0, ""))
    assert made.posix == "curl --include --request GET --header 'X-A: b' --url https://x.example/"


def test_a_value_breaks_out_of_no_command() -> None:
    message = Message("request", "https://x.example/';rm -rf /\n", "GET / HTTP/1.1\r\nX: \"'`\r\n",
                      0, 0, "")  # fmt: skip
    made = curl(message)
    assert "\n" not in made.posix + made.windows
    assert """'https://x.example/'"'"';rm -rf /<U+000A>'""" in made.posix
