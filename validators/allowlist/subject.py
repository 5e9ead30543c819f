"""An allow-list as its rules look at it: domains, and the signature over them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from lxml import etree

from validators.engine import Embedded
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.xml import NAMESPACES, XmlFile, XmlNode, forget_positions, read
from validators.rules import rules_for
from validators.signing.certificates import Certificate, read_certificate

rule = rules_for("allowlist")

NAMESPACE = "https://github.com/ansforge/DRIM-M_DATA"
ROOT = "ListeBlancheDRIM-M"
SIGNATURE = f"{{{NAMESPACES['ds']}}}Signature"


class AllowList:
    """A list: the tree that is judged, and the same document as it was signed."""

    given: frozenset[str] = frozenset()
    embedded: tuple[Embedded, ...] = ()

    def __init__(self, file: XmlFile, raw: bytes) -> None:
        self.file = file
        self.raw = raw

    @property
    def unread(self) -> str:
        return self.file.limit

    def release(self) -> None:
        """Free the memory of the list; nothing can be asked of it afterwards."""
        forget_positions()
        self.__dict__.clear()

    @cached_property
    def root(self) -> XmlNode:
        """The root element. Rules come here only when there is one: a gate stands before them."""
        assert self.file.root is not None
        return self.file.root

    @cached_property
    def domains(self) -> list[XmlNode]:
        """The domains of the list: those at their place, and no others."""
        return self.root.all(f"{{{NAMESPACE}}}ListeDomaines/{{{NAMESPACE}}}Domaine")

    @cached_property
    def signatures(self) -> list[XmlNode]:
        """Every signature, wherever it stands."""
        return [XmlNode(one) for one in self.root.element.iter(SIGNATURE)]

    @cached_property
    def signature(self) -> Signature | None:
        """The signature, where there is exactly one."""
        return Signature(self, self.signatures[0]) if len(self.signatures) == 1 else None


class Signature(XmlNode):
    """The signature: its element in the judged tree, and ``signed``, the same as it was signed.

    The judged tree is without comments and processing instructions. The canonical form leaves
    comments out too, but keeps the instructions: a digest needs the whole document.
    """

    __slots__ = ("__dict__",)

    def __init__(self, allowlist: AllowList, node: XmlNode) -> None:
        super().__init__(node.element)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        )
        self.document = etree.fromstring(allowlist.raw, parser)
        self.signed = next(self.document.iter(SIGNATURE))

    @cached_property
    def certificates(self) -> list[Certificate]:
        """The certificates that it carries, those that can be read."""
        found = self.all("ds:KeyInfo/ds:X509Data/ds:X509Certificate")
        read_ones = (read_certificate(one.text) for one in found[: limits.MAX_CERTIFICATES])
        return [one for one in read_ones if one is not None]

    @cached_property
    def signing_certificates(self) -> list[XmlNode]:
        """What the signed properties say of the certificate of the signer, in either form."""
        properties = "ds:Object/xades:QualifyingProperties/xades:SignedProperties"
        start = f"{properties}/xades:SignedSignatureProperties"
        return [
            *self.all(f"{start}/xades:SigningCertificateV2"),
            *self.all(f"{start}/xades:SigningCertificate"),
        ]

    @cached_property
    def signer(self) -> Certificate | None:
        """The certificate of the signer: the one that the signed properties name, else the first.

        Where they name none of those carried, a rule says so; the others judge the first.
        """
        for named in self.signing_certificates:
            cert = named.first("xades:Cert")
            for one in self.certificates:
                if cert is not None and one.has_digest(
                    cert.value("xades:CertDigest/ds:DigestMethod", "Algorithm"),
                    cert.value("xades:CertDigest/ds:DigestValue"),
                ):
                    return one
        return self.certificates[0] if self.certificates else None


def load(buffer: Buffer) -> AllowList:
    """Read an allow-list. Never raises for its content."""
    if len(buffer) > limits.MAX_ALLOWLIST_BYTES:
        return _unread(buffer, f"MAX_ALLOWLIST_BYTES {limits.MAX_ALLOWLIST_BYTES}")
    raw = bytes(buffer)
    if raw.count(b"<") > limits.MAX_ALLOWLIST_TAGS:
        return _unread(buffer, f"MAX_ALLOWLIST_TAGS {limits.MAX_ALLOWLIST_TAGS}")
    return AllowList(read(raw), raw)


def _unread(buffer: Buffer, limit: str) -> AllowList:
    return AllowList(XmlFile(size=len(buffer), limit=limit), b"")


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, XML or the root element; "" for an allow-list."""
    head = bytes(buffer[: limits.MAX_SNIFFED_BYTES])
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "XML"
    return "" if f"<{ROOT}".encode() in head or f":{ROOT}".encode() in head else ROOT


def whole_list(allowlist: AllowList) -> Iterable[XmlNode]:
    return (allowlist.root,)


def domains(allowlist: AllowList) -> Iterable[XmlNode]:
    return allowlist.domains


def the_signature(allowlist: AllowList) -> Iterable[Signature]:
    """The signature where there is exactly one: a rule refuses any other number."""
    return (allowlist.signature,) if allowlist.signature is not None else ()


def signed_by_someone(allowlist: AllowList) -> list[Signature]:
    """The signature where it carries a certificate that can be read."""
    return [one for one in the_signature(allowlist) if one.signer is not None]
