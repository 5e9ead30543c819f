"""Conversations: what is read of a capture, tokens, key sets, assertions, and the two commands."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from drimcheck.capture.masks import masked
from drimcheck.cli import main
from testdata.conversation.psc import jwt, keys
from testdata.exams import exam
from testdata.mutants import base
from testdata.mutants.conversation.changes import in_body, in_json, in_url, on, text, without
from testdata.mutants.wire.changes import add, body, header
from tests.conftest import plan_of
from validators.conversation import Conversation, load, recognises
from validators.conversation.jwt import decoded, read_jwt, verified
from validators.conversation.turn import hint
from validators.engine import judge
from validators.model import Exchange, Outcome, Result

PROFILE = "drim-m-lab"


def judged(raw: bytes, kind: str = "psc") -> dict[str, Result]:
    return {one.rule: one for one in judge(plan_of(PROFILE, kind), load(raw))}


def written(folder: Path, raw: bytes) -> Path:
    """The capture as a folder: two files for each exchange, and the index."""
    rows = []
    for number, row in enumerate(json.loads(raw)["exchanges"], start=1):
        names = {side: f"{number:03}-{side}.http" for side in ("request", "response")}
        for side, name in names.items():
            (folder / name).write_bytes(b64decode(row[side]))
        rows.append({"url": row["url"], "ended": "", **names})
    (folder / "exchanges.json").write_text(json.dumps({"exchanges": rows}))
    return folder


def test_every_exchange_has_its_role() -> None:
    assert [one.role for one in load(base("psc")).turns] == [
        "discovery", "authorization", "callback", "token", "certs", "userinfo",
        "introspection", "wado", "logout",
    ]  # fmt: skip
    roles = [one.role for one in load(base("dmp")).turns]
    assert roles[6:] == ["TD0.2", "ITI-18", "ITI-18", "ITI-43", "ITI-41", "TD3.3c"]


def test_a_login_is_put_together_by_state_and_code() -> None:
    first = json.loads(base("psc"))["exchanges"]
    state, code = exam("alpha").seed.uuid("state").hex, str(exam("alpha").seed.uuid("code"))
    other = in_url(2, state, f"{state}2")(base("psc"))
    other = in_url(3, code, f"{code}2")(in_url(3, state, f"{state}2")(other))
    second = json.loads(on(4, "request", in_body(code, f"{code}2"))(other))["exchanges"]
    # Two users at once: both are asked, then both come back, the second one first.
    mixed = [first[1], second[1], second[2], first[2], first[3], second[3]]
    found = load(json.dumps({"exchanges": mixed}).encode())
    numbers = [
        [turn.number for turn in (one.authorization, one.callback, one.token) if turn]
        for one in found.logins
    ]
    assert numbers == [[1, 4, 5], [2, 3, 6]]


def test_a_token_is_read_and_verified() -> None:
    found = read_jwt(jwt({"sub": "a"}))
    assert found is not None
    assert found.text("sub") == "a"
    assert verified(found, keys()["keys"]) is True  # type: ignore[arg-type]
    assert verified(found._replace(signed=b"other"), keys()["keys"]) is False  # type: ignore[arg-type]
    assert verified(found, []) is None
    assert verified(found, [{"kid": "drimcheck", "kty": "RSA", "n": "AA", "e": "AQAB"}]) is None


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c.d", "e30.e30.", 5, None, "é.é.é"])
def test_what_is_no_token_is_none(text: object) -> None:
    assert read_jwt(text) is None


def test_base64url_has_no_other_letters() -> None:
    assert decoded("YQ") == b"a"
    assert decoded("YQ==") is None
    assert decoded("a+b") is None


def test_without_keys_the_signature_is_not_tested() -> None:
    assert judged(without(5)(base("psc")))["E-PSC-04-SIGNATURE"].outcome is Outcome.NOT_TESTED


def test_with_the_key_of_another_name_nothing_is_concluded() -> None:
    raw = on(5, "response", in_json(lambda found: found["keys"][0].update(kid="other")))(
        base("psc")
    )
    assert judged(raw)["E-PSC-04-SIGNATURE"].note == "undecided:certs"


def test_a_capture_without_introspection_says_nothing_of_it() -> None:
    assert judged(without(7)(base("psc")))["E-PSC-07-SKIPPED"].outcome is Outcome.NOT_TESTED


def test_a_refused_token_needs_no_introspection() -> None:
    raw = on(7, "request", in_body("token=", "token=x"))(base("psc"))
    assert judged(raw)["E-PSC-07-SKIPPED"].outcome is Outcome.FAIL
    raw = on(8, "response", lambda _raw: b"HTTP/1.1 401 Unauthorized\r\n\r\n")(raw)
    assert judged(raw)["E-PSC-07-SKIPPED"].outcome is Outcome.NOT_APPLICABLE


def test_an_introspection_listed_after_the_request_counts_by_its_date() -> None:
    rows = json.loads(base("psc"))["exchanges"]
    turned = [*rows[:6], rows[7], rows[6], rows[8]]
    raw = json.dumps({"exchanges": turned}).encode()
    assert judged(raw)["E-PSC-07-SKIPPED"].outcome is Outcome.PASS
    later = on(8, "response", text("09:30:00 GMT", "09:30:05 GMT"))(raw)
    assert judged(later)["E-PSC-07-SKIPPED"].outcome is Outcome.FAIL


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_compressed_answer_is_read(pack: Callable[[bytes], bytes]) -> None:
    raw = on(4, "response", add("Content-Encoding: gzip"))(base("psc"))
    raw = on(4, "response", body(pack))(raw)
    assert not any(one.outcome is Outcome.FAIL for one in judged(raw).values())


def test_an_answer_in_an_unknown_coding_is_not_judged() -> None:
    raw = on(4, "response", body(lambda _: b"\x0b\x02"))(base("psc"))
    raw = on(4, "response", add("Content-Encoding: br"))(raw)
    assert judged(raw)["E-PSC-03-ANSWER"].outcome is Outcome.NOT_APPLICABLE


def test_pages_of_the_drimbox_are_no_endpoints() -> None:
    for path in ("/auth", "/logout", "/token", "/api/certs"):
        one = Exchange(
            f"https://box{path}?token=csrf", f"GET {path} HTTP/1.1\r\n\r\n".encode(), b""
        )
        assert Conversation([one]).turns[0].role == "other"


def test_without_callbacks_a_token_is_put_to_its_request_by_the_nonce() -> None:
    rows = json.loads(base("psc"))["exchanges"]
    nonce = exam("alpha").seed.uuid("nonce").hex
    other = json.loads(in_url(2, nonce, f"{nonce}2")(base("psc")))["exchanges"][1]
    found = load(json.dumps({"exchanges": [rows[1], other, rows[3]]}).encode())
    assert found.logins[0].token is found.turns[2]


def test_no_secret_is_shown() -> None:
    whole = json.loads(base("psc"))["exchanges"]
    answer = json.loads(b64decode(whole[3]["response"]).split(b"\r\n\r\n")[1])
    raw = on(6, "request", header("Authorization", "Bearer secret-of-somebody"))(base("psc"))
    raw = on(4, "request", in_body("&client_id", "&client_secret=secret-of-a-client&client_id"))(
        raw
    )
    raw = in_url(3, exam("alpha").seed.uuid("state").hex, "secret-of-a-state")(raw)
    shown = "".join(repr(one.defects) for one in judged(raw).values())
    assert "#6 request Authorization" in shown
    assert "secret-of" not in shown
    assert all(answer[name] not in shown for name in ("access_token", "id_token"))


def test_paths_name_the_exchange_and_the_place() -> None:
    found = judged(in_url(2, "acr_values=eidas1", "acr_values=eidas2")(base("psc")))
    (defect,) = found["E-PSC-02-ACR"].defects
    assert defect.path == "#2 request query acr_values"
    assert (defect.expected, defect.actual) == ("eidas1", "eidas2")
    raw = on(8, "request", in_body("urn:ihe:iti:2007:RegistryStoredQuery<", "urn:other<"))
    (defect,) = judged(raw(base("dmp")), "dmp")["F-SOAP-ACTION"].defects
    assert defect.path == "#8 request /Envelope/Header/Action"


def test_a_capture_with_masked_headers_is_judged_alike() -> None:
    raw = base("psc")
    for number in range(1, 10):
        raw = on(number, "request", masked)(raw)
    assert b"masked-" in b64decode(json.loads(raw)["exchanges"][7]["request"])
    assert {rule: one.outcome for rule, one in judged(raw).items()} == {
        rule: one.outcome for rule, one in judged(base("psc")).items()
    }


def test_a_hint_tells_two_secrets_apart() -> None:
    assert hint("a") != hint("b")
    assert hint("") == ""


def test_a_form_in_chunks_is_read() -> None:
    raw = (
        b"POST /auth/realms/esante-wallet/protocol/openid-connect/token/introspect HTTP/1.1\r\n"
        b"Host: auth\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n5\r\ntoken\r\n2\r\n=a\r\n0\r\n\r\n"
    )
    (turn,) = Conversation([Exchange("https://auth/token/introspect", raw, b"")]).turns
    assert turn.parameter("token") == "a"
    assert not turn.whole


def test_an_index_of_a_folder_is_no_capture_in_one_file(tmp_path: Path) -> None:
    index = written(tmp_path, base("psc")) / "exchanges.json"
    assert recognises(index.read_bytes()) == "exchanges"
    assert recognises(base("psc")) == ""
    assert recognises(b'{"exchange":[]}') == "exchanges"


@pytest.mark.parametrize("kind", ["psc", "dmp"])
def test_a_folder_and_one_file_are_judged_alike(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, base(kind))
    packed = tmp_path / "capture.json"
    packed.write_bytes(base(kind))
    for path in (folder, packed):
        assert main([kind, str(path), "--lang", "en", "--profile", PROFILE]) == 0
        assert capsys.readouterr().out.startswith("Conforming.")


def test_a_source_that_never_introspects_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "capture.json"
    path.write_bytes(without(7)(base("psc")))
    arguments = ["psc", str(path), "--lang", "en", "--profile", PROFILE]
    assert main(arguments) == 0
    assert main([*arguments, "--whole-source"]) == 1
    assert "E-PSC-07-SKIPPED" in capsys.readouterr().out


def test_the_submission_inside_is_judged_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "capture.json"
    path.write_bytes(on(11, "request", in_body("IMG-KOS", "IMG-XXX"))(base("dmp")))
    assert main(["dmp", str(path), "--lang", "en", "--profile", PROFILE]) == 1
    assert "capture.json#11 request body" in capsys.readouterr().out


def test_what_is_no_capture_is_not_judged(tmp_path: Path) -> None:
    assert main(["psc", str(tmp_path)]) == 2
    assert main(["psc", str(tmp_path / "nothing")]) == 2


@pytest.mark.parametrize("kind", ["psc", "dmp"])
def test_a_capture_of_nothing_is_inconclusive(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    path.write_text('{"exchanges": []}')
    assert main([kind, str(path)]) == 3
    path.write_bytes(without(*range(7, 13))(base("dmp")))
    assert main([kind, str(path), "--profile", PROFILE]) == (0 if kind == "psc" else 3)
