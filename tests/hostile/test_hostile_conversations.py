"""What an attacker lets be captured: bounded, without an exception, a finding or a refusal."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable

import pytest

from testdata.mutants import base
from testdata.mutants.conversation.changes import in_json, on
from testdata.mutants.wire.changes import body
from tests.conftest import plan_of
from validators.conversation import Conversation, load
from validators.engine import judge
from validators.model import Exchange, Outcome
from validators.reading.limits import MAX_BODIES_BYTES, MAX_EXCHANGES

KINDS = ("psc", "dmp")
DEEP = b"[" * 200_000
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


def readable(raw: bytes) -> Conversation:
    """The conversation of a capture that is one: a rule must have looked at it."""
    found = load(raw)
    assert not found.unread
    return found


def errors(found: Conversation) -> list[str]:
    results = [one for kind in KINDS for one in judge(plan_of("drim-m-lab", kind), found)]
    return [f"{one.rule}: {one.note}" for one in results if one.outcome is Outcome.ERROR]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{}", b"[]", b"null", b'{"exchanges": 5}', b'{"exchanges": [5]}',
        b'{"exchanges": [{"url": 5, "request": "", "response": ""}]}',
        b'{"exchanges": [{"url": "", "request": "!", "response": ""}]}',
        b'{"exchanges": {"0": 1}}', b'{"exchanges": null}', b"\xff\xfe", DEEP,
        b'{"exchanges": ' + DEEP,
    ],
    ids=lambda raw: raw[:30].decode("latin_1"),
)  # fmt: skip
def test_what_is_no_capture_is_not_evaluated(raw: bytes) -> None:
    found = load(raw)
    assert found.unread
    assert errors(found) == []


@pytest.mark.parametrize("number", range(1, 13))
@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, DEEP, LAUGHS, b"<a>" * 1000, b'{"keys": [1, {"kty": "RSA"}], "exp": 1e999}',
     b"a=b&" * 1000, b"\xff" * 1000, b"<Envelope/>"],
    ids=lambda content: content[:12].decode("latin_1"),
)  # fmt: skip
def test_any_body_is_judged(number: int, side: str, content: bytes) -> None:
    for kind in KINDS:
        raw = base(kind)
        if number <= len(json.loads(raw)["exchanges"]):
            assert errors(readable(on(number, side, body(lambda _: content))(raw))) == []


@pytest.mark.parametrize(
    "token",
    ["." * 100_000, "a" * 10_000_000, "e30.e30.e30", "\x00.\x00.\x00",
     f"{b64encode(b'{').decode()}.e30.", 5, None, [], {"a": 1}],
    ids=lambda token: str(token)[:12],
)  # fmt: skip
def test_any_token_is_judged(token: object) -> None:
    change: Callable[[bytes], bytes] = on(
        4, "response", in_json(lambda found: found.update(id_token=token, access_token=token))
    )
    assert errors(readable(change(base("psc")))) == []


@pytest.mark.parametrize("claim", ["exp", "iat", "aud", "nonce", "iss", "sub", "active"])
@pytest.mark.parametrize("value", [None, True, -1, 10**30, 1e300, "", [], {}, "a" * 100_000])
def test_any_claim_is_judged(claim: str, value: object) -> None:
    raw = on(7, "response", in_json(lambda found: found.update({claim: value})))(base("psc"))
    raw = on(6, "response", in_json(lambda found: found.update({claim: value})))(raw)
    assert errors(readable(raw)) == []


@pytest.mark.parametrize("junk", [b"", b"\r\n\r\n", b"GET", b"\0\xff", b"HTTP/1.1 99999 x\r\n\r\n"])
def test_any_exchange_is_judged(junk: bytes) -> None:
    urls = ("", "http://[", "https://a/token", "https://a/auth", "x/services/registry", "//:99999")
    for url in urls:
        exchanges = [Exchange(url, one, other) for one in (junk, b"POST / HTTP/1.1\r\n\r\n")
                     for other in (junk, b"HTTP/1.1 200 OK\r\n\r\n")]  # fmt: skip
        assert errors(Conversation(exchanges)) == []


def test_many_exchanges_are_judged() -> None:
    rows = json.loads(base("dmp"))["exchanges"]
    found = readable(json.dumps({"exchanges": rows[:8] * 200}).encode())
    assert errors(found) == []
    found = Conversation(
        [
            Exchange(f"https://a/auth?state={n}&nonce={n}&code_challenge=x", b"GET / HTTP/1.1", b"")
            for n in range(5_000)
        ]
        + [
            Exchange("https://a/token", b"POST /token HTTP/1.1\r\n\r\ncode=%d" % n, b"")
            for n in range(5_000)
        ]
    )
    assert errors(found) == []


def test_compressed_bodies_are_inflated_to_a_limit() -> None:
    bomb = gzip.compress(b'{"access_token": "' + b"a" * (8 << 20) + b'"}')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    request = b"POST /openid-connect/token HTTP/1.1\r\n\r\ngrant_type=authorization_code"
    found = Conversation([Exchange("", request, head + bomb)] * 500)
    assert errors(found) == []
    assert sum(len(turn.response.body) for turn in found.turns) < 2 * MAX_BODIES_BYTES


def test_too_many_exchanges_are_not_evaluated() -> None:
    one = Exchange("", b"", b"")
    assert Conversation([one] * (MAX_EXCHANGES + 1)).unread.startswith("MAX_EXCHANGES")


def test_many_assertions_in_one_request_are_bounded() -> None:
    raw = on(8, "request", body(lambda octets: octets.replace(
        b"</wsse:Security>", b"<saml2:Assertion/>" * 100_000 + b"</wsse:Security>")))  # fmt: skip
    found = readable(raw(base("dmp")))
    assert errors(found) == []
