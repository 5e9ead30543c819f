"""The configuration of the Conso: every key, what it means and what it is unless given.

One TOML file whose tables are the classes here and those of the Source that both have;
``DRIMBOX_WEB_PORT=8461`` in the environment goes before ``[web] port``. The defaults are those of
a laboratory on loopback: the peers of ``drimcheck simulate all --port 8400``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from reference_drimbox import settings
from reference_drimbox.config import GIB, LOOPBACK, Allowlist, Archive, Dmp, Network
from reference_drimbox.conso.patient import DEFAULT_TRAITS, TRAITS
from reference_drimbox.settings import Misconfigured, secret

REALM = "/auth/realms/esante-wallet/.well-known/wallet-openid-configuration"
LABORATORY = "drimcheck-conso-secret"
"""The secret of the client of the simulated provider, which the whole world knows."""
CALLBACK = "/psc/callback"


@dataclass(frozen=True, slots=True)
class Web:
    """``[web]``: where the Conso listens.

    ``public`` is what users and the RIS call it, of the listener unless given; with ``certificate``
    and ``key`` (PEM) it is TLS. ``call`` is the path of the contextual call.
    """

    listen: str = LOOPBACK
    port: int = 8460
    public: str = ""
    call: str = "/contextual-call"
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Psc:
    """``[psc]``: the login (E-PSC-01). ``enabled`` false: nobody logs in (test subject ii).

    With the client certificate of ``[network]`` no secret is needed (E-PSC-03); without one it is
    in ``secret_file``, or in DRIMBOX_PSC_SECRET. ``redirect_uri`` is what was registered, of
    ``[web]`` unless given.
    """

    enabled: bool = True
    discovery: str = f"http://{LOOPBACK}:8400{REALM}"
    client_id: str = "drimcheck-conso"
    secret_file: Path | None = None
    redirect_uri: str = ""

    def secret(self, *, certificate: bool) -> str:
        found = secret(self.secret_file, "DRIMBOX_PSC_SECRET")
        laboratory = urlsplit(self.discovery).hostname == LOOPBACK and not certificate
        return found or (LABORATORY if laboratory else "")


@dataclass(frozen=True, slots=True)
class Sources:
    """``[sources]``: the Sources that need no allow-list, as host or host:port."""

    trusted: tuple[str, ...] = (LOOPBACK, "localhost")
    seconds: float = 1800.0
    at_once: int = 4


@dataclass(frozen=True, slots=True)
class Pacs:
    """``[pacs]``: the local PACS to which images are exported.

    ``title`` at ``host`` and ``port`` for C-STORE under ``calling``; ``stow`` is the base of its
    DICOMweb service. ``folder`` is where the export to a folder goes. What is empty, or 0, is
    not offered.
    """

    host: str = LOOPBACK
    port: int = 8404
    title: str = "PACS"
    calling: str = "CONSO"
    stow: str = f"http://{LOOPBACK}:8405"
    folder: Path | None = Path("drimbox-conso/export")
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Display:
    """``[display]``: the traits that are shown at the start; a user may show others (D-UI-02)."""

    traits: tuple[str, ...] = DEFAULT_TRAITS
    viewer: Path | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """``[data]``: the folder of what is kept, the images on disk in bytes at most, and who may
    read the audit trail of all users, by SubjectNameID.
    """

    folder: Path = Path("drimbox-conso")
    cache_bytes: int = 10 * GIB
    auditors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conso:
    """The configuration of the Conso."""

    web: Web = field(default_factory=Web)
    psc: Psc = field(default_factory=Psc)
    dmp: Dmp = field(default_factory=Dmp)
    sources: Sources = field(default_factory=Sources)
    pacs: Pacs = field(default_factory=Pacs)
    display: Display = field(default_factory=Display)
    data: Data = field(default_factory=Data)
    allowlist: Allowlist = field(default_factory=Allowlist)
    network: Network = field(default_factory=Network)
    archive: Archive = field(default_factory=Archive)

    @property
    def base(self) -> str:
        """Scheme, host and port of its own addresses."""
        scheme = "https" if self.web.certificate else "http"
        return (self.web.public or f"{scheme}://{self.web.listen}:{self.web.port}").rstrip("/")

    @property
    def redirect_uri(self) -> str:
        return self.psc.redirect_uri or f"{self.base}{CALLBACK}"


def conso(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Conso:
    """The configuration of the Conso. Raises Misconfigured."""
    made = settings.read(Conso, file, environment)
    for name, one in (("web", made.web), ("dmp", made.dmp), ("network", made.network)):
        if bool(one.certificate) != bool(one.key):
            raise Misconfigured(f"{name}: certificate and key go together")
    for trait in made.display.traits:
        if trait not in TRAITS:
            raise Misconfigured(f"display.traits: {trait!r}; one of: {', '.join(TRAITS)}")
    return made
