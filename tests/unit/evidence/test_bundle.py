"""A bundle: what is in it, what is said of each way to change it, its inputs judged again."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from drimcheck.cli import main
from drimcheck.evidence.packing import MANIFEST, SIGNATURE
from drimcheck.evidence.signing import sign, signer
from testdata.kos import drim_m_kos, write
from testdata.mutants.kos.changes import assign

PEM = serialization.Encoding.PEM


def judged(folder: Path, *more: str, kos: Callable[[object], None] | None = None) -> int:
    """Judge a KOS that has a defect, and pack the run."""
    document = drim_m_kos()
    (kos or assign("PatientBirthDate", "19960134"))(document)
    (folder / "kos.dcm").write_bytes(write(document))
    return main(["kos", "kos.dcm", "--out", "report", "--lang", "en", "--bundle", "b.zip", *more])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rewritten(change: Callable[[str, bytes], bytes | None], **added: bytes) -> None:
    """The bundle with its entries changed, left out where None comes of them."""
    with zipfile.ZipFile("b.zip") as source, zipfile.ZipFile("c.zip", "w") as goal:
        for one in source.infolist():
            made = change(one.filename, source.read(one))
            if made is not None:
                goal.writestr(one.filename, made)
        for name, content in added.items():
            goal.writestr(name.replace("__", "/"), content)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main([*arguments, "--lang", "en"])
    done = capsys.readouterr()
    return code, done.out + done.err


def test_a_bundle_is_whole_and_its_inputs_are_judged_alike(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(folder) == 1
    with zipfile.ZipFile("b.zip") as archive:
        assert {"inputs/1/kos.dcm", "report/report.html", "report/run.json"} <= set(
            archive.namelist()
        )
    code, text = said(capsys, "verify", "b.zip", "--rejudge")
    assert code == 0
    assert "Whole" in text
    assert "made for this bundle alone" in text
    assert ", 0 otherwise" in text


def test_the_same_run_gives_the_same_manifest(folder: Path) -> None:
    contents = []
    for _ in range(2):
        judged(folder, "--bundle-content", "report", "--sign-key", "key.pem")
        with zipfile.ZipFile("b.zip") as archive:
            contents.append((archive.read(MANIFEST), archive.read(SIGNATURE)))
    assert contents[0] == contents[1]
    assert stat.S_IMODE(os.stat("key.pem").st_mode) == 0o600


def _bitten(name: str, raw: bytes) -> bytes:
    return raw[:-1] + b"\0" if name.endswith("kos.dcm") else raw


def _grown(name: str, raw: bytes) -> bytes:
    return raw + b"x" if name.endswith("run.json") else raw


def _without(name: str, raw: bytes) -> bytes | None:
    return None if name.endswith("junit.xml") else raw


def _resigned(name: str, raw: bytes) -> bytes:
    """The manifest changed by somebody who cannot sign it."""
    return raw.replace(b'"profile": "drim-m', b'"profile": "drum-m') if name == MANIFEST else raw


@pytest.mark.parametrize(
    ("change", "added", "line"),
    [
        (_bitten, {}, "altered: inputs/1/kos.dcm"),
        (_grown, {}, "altered: report/run.json"),
        (_without, {}, "removed: report/junit.xml"),
        (lambda _, raw: raw, {"report__x.txt": b"x"}, "added: report/x.txt"),
        (lambda _, raw: raw, {"..__x.txt": b"x"}, "added: ../x.txt"),
        (lambda _, raw: raw, {"report__run.json": b"{}"}, "altered: report/run.json"),
        (_resigned, {}, "Signature: not valid."),
        (lambda name, raw: None if name == SIGNATURE else raw, {}, "Signature: not valid."),
        (lambda name, raw: b"{}" if name == SIGNATURE else raw, {}, "Signature: not valid."),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_it_says_what_was_altered_added_or_removed(
    change: Callable[[str, bytes], bytes | None],
    added: dict[str, bytes],
    line: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    judged(folder)
    rewritten(change, **added)
    code, text = said(capsys, "verify", "c.zip", "--rejudge")
    assert code == 1
    assert line in text
    assert "Judged again" not in text


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"kos",', '"demo",', "'demo' is no command"),
        ('"kos",', '"reference",', "'reference' is no command"),
        ('"kos.dcm"\n', '"/etc/hostname"\n', "no file of the bundle"),
        ('"kos.dcm"\n', '"../../x"\n', "no file of the bundle"),
        ('"kos.dcm"\n', '"-"\n', "no file of the bundle"),
    ],
)
def test_a_manifest_of_somebody_else_starts_nothing(
    old: str, new: str, line: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(folder, "--sign-key", "key.pem")

    def change(name: str, raw: bytes) -> bytes:
        return raw.replace(old.encode(), new.encode(), 1) if name == MANIFEST else raw

    rewritten(change)
    key = signer(folder / "key.pem", None)
    with zipfile.ZipFile("c.zip") as source, zipfile.ZipFile("d.zip", "w") as goal:
        manifest = source.read(MANIFEST)
        for one in source.infolist():
            mine = sign(manifest, key) if one.filename == SIGNATURE else source.read(one)
            goal.writestr(one.filename, mine)
    code, text = said(capsys, "verify", "d.zip", "--rejudge")
    assert code == 2, text
    assert line in text


FORGED = (
    lambda run: run["verdict"].update(name="conforming", exit_code=0),
    lambda run: [one.update(outcome="pass") for one in run["requirements"]],
    lambda run: [one.update(actual="FORGED") for subject in run["subjects"]
                 for result in subject["results"] for one in result.get("defects", ())],
    lambda run: [result.pop("defects", None) for subject in run["subjects"]
                 for result in subject["results"]],
)  # fmt: skip


@pytest.mark.parametrize("forge", FORGED)
def test_a_report_that_was_forged_and_signed_is_found_out(
    forge: Callable[[Any], object], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(folder)
    with zipfile.ZipFile("b.zip") as source:
        entries = {one: source.read(one) for one in source.namelist()}
    run = json.loads(entries["report/run.json"])
    forge(run)
    entries["report/run.json"] = json.dumps(run).encode()
    manifest = json.loads(entries[MANIFEST])
    for one in manifest["entries"]:
        raw = entries[one["path"]]
        one.update(size=len(raw), sha256=hashlib.sha256(raw).hexdigest())
    entries[MANIFEST] = json.dumps(manifest).encode()
    entries[SIGNATURE] = sign(entries[MANIFEST], signer(None, None))
    with zipfile.ZipFile("c.zip", "w") as goal:
        for name, raw in entries.items():
            goal.writestr(name, raw)
    code, text = said(capsys, "verify", "c.zip", "--rejudge")
    assert "Whole" in text
    assert code == 1


def test_answers_are_packed_with_their_evidence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("seen.png").write_bytes(b"picture")
    Path("answers.toml").write_text(
        '[[answer]]\nrule = "X"\nconforming = true\nname = "A"\ndate = 2026-11-25\n'
        'statement = "s"\nevidence = "seen.png"\n'
    )
    judged(folder, "--answers", "answers.toml")
    with zipfile.ZipFile("b.zip") as archive:
        assert "inputs/2/seen.png" in archive.namelist()
    code, text = said(capsys, "verify", "b.zip", "--rejudge")
    assert code == 0, text


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_one_line(
    content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.zip").write_bytes(content)
    code, text = said(capsys, "verify", "b.zip")
    assert (code, text.count("\n")) == (2, 1)


def certified(path: Path, issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None, key: object,
              name: str) -> x509.Certificate:  # fmt: skip
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = issuer or (subject, key)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(by[0])
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=365))
        .sign(by[1], hashes.SHA256())  # type: ignore[arg-type]
    )  # fmt: skip
    path.write_bytes(made.public_bytes(PEM))
    return made


@pytest.mark.parametrize("make", [
    ed25519.Ed25519PrivateKey.generate,
    lambda: ec.generate_private_key(ec.SECP256R1()),
    lambda: rsa.generate_private_key(65537, 2048),
])  # fmt: skip
def test_trust_is_told_apart_from_integrity(
    make: Callable[[], ec.EllipticCurvePrivateKey],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = ec.generate_private_key(ec.SECP256R1())
    anchor = certified(folder / "root.pem", None, root, "Root")
    certified(folder / "other.pem", None, ec.generate_private_key(ec.SECP256R1()), "Other")
    key = make()
    (folder / "key.pem").write_bytes(key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    (folder / "public.pem").write_bytes(key.public_key().public_bytes(
        PEM, serialization.PublicFormat.SubjectPublicKeyInfo))  # fmt: skip
    certified(folder / "cert.pem", (anchor.subject, root), key, "Auditor")
    judged(folder, "--sign-key", "key.pem", "--sign-certificate", "cert.pem")
    for trust, code, line in (
        ("root.pem", 0, "Trust: given"),
        ("cert.pem", 0, "Trust: given"),
        ("public.pem", 0, "Trust: given"),
        ("other.pem", 3, "Trust: none"),
    ):
        found, text = said(capsys, "verify", "b.zip", "--trust", trust)
        assert found == code, trust
        assert line in text
        assert "Whole" in text
        assert "CN=Auditor" in text


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (("--sign-certificate", "kos.dcm"), "needs --sign-key"),
        (("--sign-key", "kos.dcm"), "no key in PEM"),
        (("--bundle-content", "masked", "--include-values"), "masked bundle"),
        (("--format", "html"), "holds run.json"),
    ],
)
def test_what_cannot_be_packed_is_one_line(
    more: tuple[str, ...], line: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(folder, *more) == 2
    assert line in capsys.readouterr().err
    assert not Path("b.zip").exists()
    assert not [one for one in os.listdir() if one.startswith("tmp")]


def _real(document: object) -> None:
    other = document.IssuerOfPatientIDQualifiersSequence[0]  # type: ignore[attr-defined]
    other.UniversalEntityID = "1.2.250.1.213.1.4.8"


def test_real_data_is_packed_on_purpose_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(folder, kos=_real) == 2
    assert "INS of production" in capsys.readouterr().err
    assert judged(folder, "--real-data", kos=_real) != 2
    assert judged(folder, "--bundle-content", "masked", kos=_real) != 2
    with zipfile.ZipFile("b.zip") as archive:
        manifest = json.loads(archive.read(MANIFEST))
        assert [one["path"] for one in manifest["originals"]] == ["original/1"]
        assert manifest["originals"][0]["sha256"] == sha256(folder / "kos.dcm")
        assert not [name for name in archive.namelist() if name.startswith("inputs")]
    code, text = said(capsys, "verify", "b.zip", "--rejudge")
    assert code == 2
    assert "holds no inputs" in text
