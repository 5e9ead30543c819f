"""The signature of generated assertions, verified by a tool that nobody here wrote."""

from __future__ import annotations

import pytest
from lxml import etree

from testdata.conversation.vihf import Style, security
from testdata.exams import exam
from tests.interop.test_allowlist_signature import oracle


def verified(assertion: etree._Element) -> bytes:
    """What signxml says that the signature is over. Raises its own exceptions."""
    signxml = oracle("signxml")
    certificate = assertion.find(".//{*}X509Certificate")
    assert certificate is not None
    lines = f"-----BEGIN CERTIFICATE-----\n{certificate.text}\n-----END CERTIFICATE-----\n"
    found = signxml.XMLVerifier().verify(
        etree.tostring(assertion), x509_cert=lines, id_attribute="ID"
    )
    return bytes(found.signed_data)


def _assertion(style: Style) -> etree._Element:
    return security(exam("alpha"), "interop", user=True, style=style)[0]


def test_signxml_verifies_the_assertion() -> None:
    assert b"INDIRECTE_RENFORCEE" in verified(_assertion(Style()))


def test_signxml_refuses_an_assertion_that_was_changed() -> None:
    signxml = oracle("signxml")
    changed = _assertion(Style(damage=lambda one: one.set("Version", "2.1")))
    with pytest.raises(signxml.InvalidDigest):
        verified(changed)
