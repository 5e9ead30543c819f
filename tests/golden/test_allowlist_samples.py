"""Real allow-lists, and generated ones, get the verdict that they deserve."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from drimcheck.cli import main
from testdata.allowlist import signed, unsigned
from testdata.allowlist.signing import Style, sign
from testdata.keys import (
    AUTHORITY,
    ROOT,
    VALID_FROM,
    authority,
    by,
    issue,
    name,
    pem,
    revocation_list,
    root,
)
from tests.conftest import failing
from validators.catalogue import profile
from validators.engine import judge, plan
from validators.kinds import KINDS
from validators.model import Outcome, Result

DRIM_M = ("drim-m-lab", "drim-m-homologation")
FAILED = (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW)
SIGNED = "LISTEBLANCHE_DRIM-M_SIGNEE_TEST.xml"
UNSIGNED = "LISTEBLANCHE_DRIM-M_NONSIGNEE_TEST.xml"
TODAY = date(2026, 11, 24)


def judged(raw: bytes, name: str, on: date = TODAY, **inputs: object) -> dict[str, Result]:
    chosen = plan(profile(name), "allowlist", on=on, inputs=inputs)
    return {one.rule: one for one in judge(chosen, KINDS["allowlist"].load(raw))}


@pytest.fixture
def official(samples: Path) -> bytes:
    return (samples / "allowlist" / SIGNED).read_bytes()


@pytest.mark.parametrize("name", DRIM_M)
@pytest.mark.parametrize("on", [date(2026, 9, 14), TODAY, date(2029, 9, 14)])
def test_the_signed_list_is_accepted_while_its_certificate_is_valid(
    official: bytes, name: str, on: date
) -> None:
    found = judged(official, name, on)
    assert failing(found, *FAILED) == set()
    assert failing(found, Outcome.NOT_TESTED) == {"G-WL-07-REVOKED"}
    assert failing(found, Outcome.WARN, Outcome.INFO, Outcome.NOT_APPLICABLE) == set()


@pytest.mark.parametrize("name", DRIM_M)
@pytest.mark.parametrize("on", [date(2026, 9, 13), date(2029, 9, 15)])
def test_it_is_refused_before_and_after(official: bytes, name: str, on: date) -> None:
    assert failing(judged(official, name, on), *FAILED) == {"G-WL-07-VALIDITY"}


@pytest.mark.parametrize("name", DRIM_M)
def test_the_unsigned_list_is_refused(samples: Path, name: str) -> None:
    raw = (samples / "allowlist" / UNSIGNED).read_bytes()
    assert failing(judged(raw, name), *FAILED) == {"G-WL-05"}


def test_no_certificate_is_trusted_because_the_list_carries_it(official: bytes) -> None:
    found = judged(official, "drim-m-lab", trust=(pem(root()),))
    assert failing(found, *FAILED) == {"G-WL-07-CHAIN"}
    assert failing(judged(signed(), "drim-m-lab"), *FAILED) == {"G-WL-07-CHAIN"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"db3.test", b"db4.test"),
        (b"<Identifiant>3<", b"<Identifiant> 3<"),
        (b"2026-09-17T08:27:36Z", b"2026-09-18T08:27:36Z"),
        (b"<ListeDomaines>", b"<?x y?><ListeDomaines>"),
    ],
)
def test_the_signed_list_changed_anywhere_is_refused(
    official: bytes, old: bytes, new: bytes
) -> None:
    assert old in official
    found = judged(official.replace(old, new, 1), "drim-m-lab")
    assert "G-WL-06-DIGEST" in failing(found)


def test_a_comment_changes_nothing_that_is_signed(official: bytes) -> None:
    """Canonical XML leaves comments out: the list with one is the list that was signed."""
    commented = official.replace(b"<ListeDomaines>", b"<!-- no domain --><ListeDomaines>", 1)
    assert failing(judged(commented, "drim-m-lab"), *FAILED) == set()


def in_production() -> bytes:
    """A list without hosts of the test environment."""
    text = unsigned().replace(b"db3.test", b"db1.3").replace(b"171.test", b"1.171")
    return sign(text, Style())


def test_production_concludes_nothing_without_certificates_to_trust(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(in_production())
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "root.pem").write_bytes(pem(root()))
    command = ["allowlist", str(path), "--profile", "drim-m-production", "--lang", "en"]
    assert main(command) == 3
    said = capsys.readouterr().out
    assert said.startswith("Inconclusive.")
    assert main([*command, "--trust", str(trust)]) == 0
    assert main(["check", *command[1:], "--trust", str(trust)]) == 0


def test_a_revocation_list_decides_where_it_is_given_and_in_force() -> None:
    trust = (pem(root()),)
    at, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    outcomes = {
        "good": (revocation_list([], at=at, until=until), TODAY),
        "revoked": (revocation_list([3], at=at, until=until), TODAY),
        "stale": (revocation_list([], at=at, until=until), date(2026, 12, 1)),
        "early": (revocation_list([3], at=at, until=until), date(2026, 10, 31)),
    }
    found = {
        name: judged(signed(), "drim-m-lab", on, trust=trust, crl=(raw,))["G-WL-07-REVOKED"]
        for name, (raw, on) in outcomes.items()
    }
    assert {name: one.outcome for name, one in found.items()} == {
        "good": Outcome.PASS,
        "revoked": Outcome.FAIL,
        "stale": Outcome.NOT_TESTED,
        "early": Outcome.NOT_TESTED,
    }
    assert found["stale"].note == "undecided:issuer_crl"


def test_a_forged_revocation_list_says_nothing() -> None:
    raw = bytearray(revocation_list([3]))
    raw[-1] ^= 1
    found = judged(signed(), "drim-m-lab", trust=(pem(root()),), crl=(bytes(raw),))
    assert found["G-WL-07-REVOKED"].outcome is Outcome.NOT_TESTED
    assert found["G-WL-07-REVOKED"].note == "undecided:issuer_crl"


def test_an_authority_that_was_renewed_is_found_beside_its_old_certificate() -> None:
    until = datetime(2026, 2, 1, tzinfo=UTC)
    old = issue(
        subject=name(AUTHORITY), key="authority", issuer=name(ROOT), issuer_key="root", serial=20,
        ca=True, valid=(VALID_FROM, until),
    )  # fmt: skip
    leaf = Style().who.certificate
    raw = signed(Style(who=by(leaf, old, authority(), root())))
    assert failing(judged(raw, "drim-m-lab", trust=(pem(root()),)), *FAILED) == set()


def test_files_that_are_no_certificates_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(signed())
    trust = tmp_path / "trust"
    assert main(["allowlist", str(path), "--trust", str(trust)]) == 2
    trust.mkdir()
    assert main(["allowlist", str(path), "--trust", str(trust)]) == 2
    (trust / "root.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\n")
    assert main(["allowlist", str(path), "--trust", str(trust)]) == 2
    assert main(["allowlist", str(path), "--crl", str(path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 4
    assert all(one.startswith("drimcheck: ") for one in said)
