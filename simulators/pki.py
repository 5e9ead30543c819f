"""A test PKI of its own: root, intermediate, signer of the allow-list, servers and clients.

Everything is generated, and its private keys lie beside the certificates: for tests alone.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulators.network import Tls
from testdata.allowlist import Domain
from testdata.allowlist.signing import subject
from testdata.keys import Signer

BITS = 2048
YEARS = timedelta(days=3 * 365)
DAY = timedelta(days=1)
ROOT, AUTHORITY, SIGNER = "root", "authority", "signer"
Name = Sequence[tuple[x509.ObjectIdentifier, str]]
ORGANISATION: Name = ((NameOID.COUNTRY_NAME, "FR"), (NameOID.ORGANIZATION_NAME, "DRIMCHECK"))


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate with its private key, and where both lie (PEM)."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    path: Path
    key_path: Path


class Pki:
    """The certificates in a folder: those that are there are used again, the others made.

    They are made when they are first asked for. Raises OSError where the folder cannot be written,
    ValueError where a file of it is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def root(self) -> Held:
        return self._held(ROOT, (*ORGANISATION, (NameOID.COMMON_NAME, "TEST ROOT")), None)

    @cached_property
    def authority(self) -> Held:
        named = (*ORGANISATION, (NameOID.COMMON_NAME, "TEST CA"))
        return self._held(AUTHORITY, named, self.root, authority=True)

    @property
    def trust(self) -> Path:
        """The certificate to trust."""
        return self.root.path

    def signer(self) -> Signer:
        """Who signs allow-lists, by the name that the official one has (G-WL-07)."""
        made = self._held(SIGNER, subject(), self.authority)
        chain = (made.certificate, self.authority.certificate, self.root.certificate)
        return Signer(made.key, chain)

    def server(self, *names: str) -> Tls:
        """A server known under these names or addresses, which asks for client certificates."""
        made = self._of_host(f"server-{names[0]}", names)
        return Tls(made.path, made.key_path, self.trust, optional=True)

    def client(self, name: str, structure: str = "300000000000011") -> Held:
        """A client with a distinguished name of the form of those of DRIMboxes (G-WL-03)."""
        return self._of_host(f"client-{name}", (name,), structure)

    def drimbox(self, domain: Domain) -> Held:
        """The DRIMbox of a domain, server and client, under the name that the list gives it."""
        names = [one for one in (domain.db, domain.vi) if one]
        return self._of_host(
            f"drimbox-{domain.db}", names, domain.structure, domain.name, domain.place
        )

    def _of_host(
        self,
        file: str,
        names: Sequence[str],
        structure: str = "300000000000011",
        organisation: str = "DRIMCHECK",
        place: str = "Paris (75)",
    ) -> Held:
        named = (
            (NameOID.COUNTRY_NAME, "FR"),
            (NameOID.STATE_OR_PROVINCE_NAME, place),
            (NameOID.ORGANIZATION_NAME, organisation),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, structure),
            (NameOID.COMMON_NAME, names[0]),
        )
        return self._held(file.replace(":", "-"), named, self.authority, hosts=names)

    def _held(
        self,
        file: str,
        named: Name,
        issuer: Held | None,
        *,
        authority: bool = False,
        hosts: Sequence[str] = (),
    ) -> Held:
        self.folder.mkdir(parents=True, exist_ok=True)
        path, key_path = self.folder / f"{file}.pem", self.folder / f"{file}.key"
        with suppress(FileNotFoundError):
            key = load_pem_private_key(key_path.read_bytes(), password=None)
            found = x509.load_pem_x509_certificates(path.read_bytes())[0]
            if not isinstance(key, rsa.RSAPrivateKey):
                raise ValueError(f"{key_path}: no RSA key; delete the folder to have it made again")
            if found.not_valid_after_utc > datetime.now(UTC) + DAY and _covers(found, hosts):
                return Held(found, key, path, key_path)
        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        made = _issued(key, named, issuer, authority or issuer is None, hosts)
        key_path.touch(mode=0o600)
        key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        above = (self.authority.certificate,) if hosts else ()
        path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (made, *above)))
        return Held(made, key, path, key_path)


def _covers(found: x509.Certificate, hosts: Sequence[str]) -> bool:
    if not hosts:
        return True
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(_alternatives(hosts)) <= set(names)


def _alternatives(hosts: Sequence[str]) -> Iterator[x509.GeneralName]:
    for host in hosts:
        try:
            yield x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            yield x509.DNSName(host)


def _issued(
    key: rsa.RSAPrivateKey,
    named: Name,
    issuer: Held | None,
    authority: bool,
    hosts: Sequence[str],
) -> x509.Certificate:
    """A certificate of an authority, of a host as server and client, or of a signer."""
    subject_name = x509.Name([x509.NameAttribute(oid, value) for oid, value in named])
    now = datetime.now(UTC)
    signing = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject_name)
        .issuer_name(issuer.certificate.subject if issuer else subject_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + YEARS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(_usage(authority, bool(hosts)), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
    )
    if hosts:
        uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        names = x509.SubjectAlternativeName(list(_alternatives(hosts)))
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signing, hashes.SHA256())


def _usage(authority: bool, host: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority and not host,
        key_encipherment=host,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
