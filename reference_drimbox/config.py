"""The configuration of the Source: every key, what it means and what it is unless given.

One TOML file whose tables are the classes here; ``DRIMBOX_WEB_PORT=8443`` in the environment goes
before ``[web] port``. The defaults are those of a laboratory on loopback: the peers of
``drimcheck simulate all --port 8400``; they need no certificate and no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from reference_drimbox import settings
from reference_drimbox.network import TOTAL_SECONDS, Reach
from reference_drimbox.settings import Misconfigured, secret
from reference_drimbox.vihf import Software

LOOPBACK = "127.0.0.1"
DEVICE = "899711256811"
GIB = 1 << 30
REALM = "/auth/realms/esante-wallet/.well-known/wallet-openid-configuration"
LABORATORY = "drimcheck-source-secret", "drimcheck-conso-secret"
"""The secrets of the clients of the simulated provider, which the whole world knows."""


@dataclass(frozen=True, slots=True)
class Identity:
    """``[drimbox]``: who this DRIMbox is in what it publishes.

    ``oid`` is sourceId of its submissions, ``identifier`` that of the device (899700... of the
    operator), ``manufacturer`` that of its KOS, ``timezone`` the zone of its times.
    """

    data: Path = Path("drimbox-source")
    name: str = "DRIMBox"
    identifier: str = DEVICE
    oid: str = "1.2.250.1.999.1.1.1"
    manufacturer: str = "REFERENCE DRIMBOX"
    timezone: str = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Web:
    """``[web]``: WADO-RS and the viewer link.

    ``public`` is the base of the Retrieve URLs, which no published KOS can change any more; of
    the listener unless given. ``viewing`` is the base of the viewer, as ``public``. With
    ``certificate`` and ``key`` (PEM) it is TLS: then who asks for images must present a
    certificate that ``authorities`` issued and the allow-list names.
    """

    listen: str = LOOPBACK
    port: int = 8450
    public: str = ""
    path: str = "/dicom-web-rs"
    viewing: str = ""
    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None

    @property
    def base(self) -> str:
        """The base of the Retrieve URLs, without a slash at the end."""
        scheme = "https" if self.certificate else "http"
        return (self.public or f"{scheme}://{self.listen}:{self.port}{self.path}").rstrip("/")

    @property
    def viewer_base(self) -> str:
        """Scheme, host and port of the links to the viewer."""
        scheme = "https" if self.certificate else "http"
        return (self.viewing or f"{scheme}://{self.listen}:{self.port}").rstrip("/")


@dataclass(frozen=True, slots=True)
class Mllp:
    """``[mllp]``: the listener for the RIS; TLS with ``certificate`` and ``key``."""

    listen: str = LOOPBACK
    port: int = 2575
    longest: int = 1 << 26
    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None


@dataclass(frozen=True, slots=True)
class Dicom:
    """``[dicom]``: the listener for IOCM notes, and for what a C-MOVE brings."""

    listen: str = LOOPBACK
    port: int = 11113
    title: str = "DRIMBOX"


@dataclass(frozen=True, slots=True)
class Pacs:
    """``[pacs]``: where the images are; ``method`` is get, move or wado (then ``wado`` is a URL).

    A C-MOVE needs this DRIMbox to be known there by its ``[dicom] title``.
    """

    host: str = LOOPBACK
    port: int = 8404
    title: str = "PACS"
    method: str = "get"
    wado: str = ""
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Dmp:
    """``[dmp]``: the services of the DMP (F-TD-09), and the certificates of structures.

    ``certificate`` and ``key`` sign the VIHF and the submissions; ``signers`` is a folder with
    <structure>.pem and <structure>.key where there are several structures (F-VI-07). Without
    any, a self-signed one is made in the data folder, which the DMP will refuse.
    """

    url: str = "http://127.0.0.1:8403/si-dmp-server/v2/services"
    certificate: Path | None = None
    key: Path | None = None
    signers: Path | None = None
    software: str = "REFERENCE DRIMBOX"
    software_id: str = "REFERENCE-DRIMBOX"
    software_version: str = "1"
    homologation: str = "LABORATORY"
    vihf: str = "4.0"

    def known_as(self) -> Software:
        return Software(
            self.software_id, self.software, self.software_version, self.homologation, self.vihf
        )


@dataclass(frozen=True, slots=True)
class Psc:
    """``[psc]``: Pro Santé Connect: introspection of tokens (E-PSC-07), login to the viewer.

    With the client certificate of ``[network]`` no secret is needed (E-PSC-03, RFC 8705). Without
    one it is in ``secret_file``, or in DRIMBOX_PSC_SECRET; that of the client that logs users in
    is in ``login_secret_file``, or in DRIMBOX_PSC_LOGIN_SECRET. With ``login`` false nobody logs in
    to the viewer, and its link is refused. With ``tokens`` false no token is looked at: test
    subject (ii), for a laboratory alone.
    """

    discovery: str = f"http://{LOOPBACK}:8400{REALM}"
    client_id: str = "drimcheck-source"
    secret_file: Path | None = None
    tokens: bool = True
    login: bool = True
    login_client_id: str = "drimcheck-conso"
    login_secret_file: Path | None = None
    redirect_uri: str = ""

    def secrets(self, *, certificate: bool) -> tuple[str, str]:
        """The secrets of the two clients, "" where there is none."""
        found = (
            secret(self.secret_file, "DRIMBOX_PSC_SECRET"),
            secret(self.login_secret_file, "DRIMBOX_PSC_LOGIN_SECRET"),
        )
        if urlsplit(self.discovery).hostname == LOOPBACK and not certificate:
            return found[0] or LABORATORY[0], found[1] or LABORATORY[1]
        return found


@dataclass(frozen=True, slots=True)
class Allowlist:
    """``[allowlist]``: where the list comes from, and the certificates its signature leads to.

    ``signer`` and ``unit`` are CN and OU of who may sign it (G-WL-07). Without ``url`` there is
    no list, and every peer is refused as soon as TLS asks for client certificates.
    """

    url: str = ""
    trust: Path | None = None
    signer: str = "Liste Blanche DRIM-M"
    unit: str = "318751275100020"
    hours: float = 24.0


@dataclass(frozen=True, slots=True)
class Network:
    """``[network]``: how peers are reached; ``resolve`` is a table of FQDN and address."""

    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    resolve: Mapping[str, str] = field(default_factory=dict)
    seconds: float = TOTAL_SECONDS

    def reach(self) -> Reach:
        return Reach(self.authorities, self.certificate, self.key, self.resolve, self.seconds)


@dataclass(frozen=True, slots=True)
class Archive:
    """``[archive]``: a URL of SQLAlchemy, SQLite in the data folder unless given.

    The password of a PostgreSQL URL comes from ``password_file`` or DRIMBOX_ARCHIVE_PASSWORD.
    """

    url: str = ""
    password_file: Path | None = None

    def password(self) -> str:
        return secret(self.password_file, "DRIMBOX_ARCHIVE_PASSWORD")


@dataclass(frozen=True, slots=True)
class Cache:
    """``[cache]``: the images on disk, in bytes at most."""

    bytes: int = 10 * GIB


@dataclass(frozen=True, slots=True)
class Work:
    """``[work]``: how often and how long apart a message is tried again, in seconds."""

    attempts: int = 12
    first_delay: float = 2.0
    longest_delay: float = 3600.0


@dataclass(frozen=True, slots=True)
class Source:
    """The configuration of the Source."""

    drimbox: Identity = field(default_factory=Identity)
    web: Web = field(default_factory=Web)
    mllp: Mllp = field(default_factory=Mllp)
    dicom: Dicom = field(default_factory=Dicom)
    pacs: Pacs = field(default_factory=Pacs)
    dmp: Dmp = field(default_factory=Dmp)
    psc: Psc = field(default_factory=Psc)
    allowlist: Allowlist = field(default_factory=Allowlist)
    network: Network = field(default_factory=Network)
    archive: Archive = field(default_factory=Archive)
    cache: Cache = field(default_factory=Cache)
    work: Work = field(default_factory=Work)


def source(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Source:
    """The configuration of the Source. Raises Misconfigured."""
    made = settings.read(Source, file, environment)
    if made.pacs.method not in ("get", "move", "wado"):
        raise Misconfigured(f"pacs.method: get, move or wado, found {made.pacs.method!r}")
    if made.pacs.method == "wado" and not made.pacs.wado:
        raise Misconfigured("pacs.wado: missing; it is the base URL of DICOMweb of the PACS")
    for name, one in (("web", made.web), ("mllp", made.mllp), ("dmp", made.dmp),
                      ("network", made.network)):  # fmt: skip
        if bool(one.certificate) != bool(one.key):
            raise Misconfigured(f"{name}: certificate and key go together")
    if bool(made.web.authorities) != bool(made.web.certificate):
        raise Misconfigured("web: authorities goes with certificate and key")
    if not made.web.path.startswith("/") or made.web.path.rstrip("/") == "":
        raise Misconfigured(f"web.path: expected a path such as /rs, found {made.web.path!r}")
    return made
