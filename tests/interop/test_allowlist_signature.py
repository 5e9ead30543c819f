"""The signatures of generated allow-lists, verified by tools that nobody here wrote."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from testdata.allowlist import signed
from testdata.allowlist.signing import IDENTIFIER, Style
from testdata.keys import authority, pem, revocation_list, root
from tests.conftest import unavailable

# signxml knows no filter transform: it is asked of the lists of 2026 alone.
STYLES = [Style(filtered=False, first_form=form) for form in (False, True)]
DURING = "1795516800"
"""24 November 2026, in seconds."""


def oracle(name: str) -> ModuleType:
    """A module of signxml; skips where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        unavailable("signxml is not installed")
        raise


def verify(raw: bytes, style: Style) -> list[bytes]:
    """What signxml says that the signature is over. Raises its own exceptions."""
    xades = oracle("signxml.xades")
    certificate = pem(style.who.certificate).decode()
    found = xades.XAdESVerifier().verify(
        raw, x509_cert=certificate, expect_references=2, id_attribute="Id"
    )
    return [one.signed_data for one in found]


@pytest.mark.parametrize("style", STYLES, ids=["second-form", "first-form"])
def test_signxml_verifies_the_enveloped_signature(style: Style) -> None:
    whole, properties = verify(signed(style), style)
    assert whole.startswith(b"<ListeBlancheDRIM-M ")
    assert b"Signature" not in whole
    assert IDENTIFIER.encode() in properties


def test_signxml_refuses_a_list_that_was_changed() -> None:
    signxml = oracle("signxml")
    style = STYLES[0]
    changed = signed(style).replace(b"EDITEUR ALPHA<", b"EDITEUR OMEGA<")
    with pytest.raises(signxml.InvalidDigest):
        verify(changed, style)


@pytest.mark.parametrize(("revoked", "code"), [((), 0), ((3,), 2)])
def test_openssl_verifies_the_chain_and_the_revocation_list(
    tmp_path: Path, tool: Callable[[str], str], revoked: tuple[int, ...], code: int
) -> None:
    openssl = tool("openssl")
    names = {"signer": STYLES[0].who.certificate, "authority": authority(), "root": root()}
    for name, certificate in names.items():
        (tmp_path / f"{name}.pem").write_bytes(pem(certificate))
    (tmp_path / "list.crl").write_bytes(revocation_list(revoked))
    pem_list = subprocess.run(
        [openssl, "crl", "-inform", "DER", "-in", "list.crl"],
        cwd=tmp_path, capture_output=True, check=True,
    ).stdout  # fmt: skip
    (tmp_path / "crl.pem").write_bytes(pem_list)
    done = subprocess.run(
        [openssl, "verify", "-attime", DURING, "-crl_check", "-CRLfile", "crl.pem",
         "-CAfile", "root.pem", "-untrusted", "authority.pem", "signer.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert ("revoked" in done.stderr) == bool(code)
