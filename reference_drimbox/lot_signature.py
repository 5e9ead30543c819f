"""The signature of a lot: XAdES over a manifest that lists it (DRIM-M B-KX-34; ITI TF-3 5.5)."""

from __future__ import annotations

from datetime import datetime

from lxml import etree
from lxml.builder import ElementMaker

from reference_drimbox.signing import (
    DS,
    DS_NAMESPACE,
    EXCLUSIVE,
    SHA1,
    SHA256,
    Signer,
    canonical,
    digest,
    reference,
    signed_info,
)
from reference_drimbox.submission import SIGNATURE_EVENT, Lot
from reference_drimbox.xml import Element

XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
_xades = ElementMaker(namespace=XADES, nsmap={"xades": XADES})


def sign(lot: Lot, signer: Signer) -> bytes:
    """The signature of a lot: XAdES, over a manifest that lists the set and the KOS (B-KX-34)."""
    identifier = "id-signature"
    manifest = DS.Manifest(
        DS.Reference(DS.DigestMethod(Algorithm=SHA1), DS.DigestValue("AA=="),
                     URI=f"urn:oid:{lot.submission_uid}"),
        reference(f"urn:oid:{lot.kos_uid}", lot.kos, SHA1),
        Id="IHEManifest",
    )  # fmt: skip
    properties = _properties(signer, lot.at)
    purpose = DS.SignatureProperty(
        SIGNATURE_EVENT.code, Id="purposeOfSignature", Target=f"#{identifier}"
    )
    info = signed_info(
        [
            reference("#IHEManifest", canonical(manifest), transforms=(EXCLUSIVE,),
                      Type=f"{DS_NAMESPACE}Manifest"),
            reference("#SignedProperties", canonical(properties), transforms=(EXCLUSIVE,),
                      Type=SIGNED_PROPERTIES),
        ]
    )  # fmt: skip
    root = DS.Signature(
        info,
        DS.SignatureValue(signer.value(info)),
        signer.key_info(),
        DS.Object(DS.SignatureProperties(purpose)),
        DS.Object(manifest),
        DS.Object(_xades.QualifyingProperties(properties, Target=f"#{identifier}")),
        Id=identifier,
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _properties(signer: Signer, at: datetime) -> Element:
    certificate = signer.certificate
    made: Element = _xades.SignedProperties(
        _xades.SignedSignatureProperties(
            _xades.SigningTime(at.isoformat(timespec="seconds")),
            _xades.SigningCertificate(
                _xades.Cert(
                    _xades.CertDigest(
                        DS.DigestMethod(Algorithm=SHA256),
                        DS.DigestValue(digest(signer.der)),
                    ),
                    _xades.IssuerSerial(
                        DS.X509IssuerName(certificate.issuer.rfc4514_string()),
                        DS.X509SerialNumber(str(certificate.serial_number)),
                    ),
                )
            ),
        ),
        Id="SignedProperties",
    )
    return made
