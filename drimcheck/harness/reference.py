"""The reference DRIMbox as the system under test: Source and Conso, started among our peers."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drimcheck import __version__
from drimcheck.concluding import Usage
from drimcheck.harness.lab import Lab
from drimcheck.harness.ports import free_port
from drimcheck.harness.relay import Relay
from drimcheck.harness.sut import Conso, Network, Peers, Source, Sut
from drimcheck.harness.tables import Address
from simulators.allowlist import LIST
from simulators.pki import Pki
from simulators.psc import CONSO, SOURCE
from testdata.allowlist import DOMAINS
from validators.model import Product

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 20.0
SECONDS = 25.0
"""How long the reference may take for what follows a message."""
DOMAIN, OTHER = DOMAINS[2], DOMAINS[3]
"""The reference in the allow-list of the test data, and who we are there."""
HOURS = 0.0008
"""How often the reference downloads the list here: a day of three seconds."""
REALM = "/auth/realms/esante-wallet/.well-known/wallet-openid-configuration"


class Program:
    """A process of the reference, from entering the context to leaving it."""

    def __init__(self, role: str, config: Path, log: Path) -> None:
        self.role = role
        self._log = log.open("wb")
        command = [sys.executable, "-m", "reference_drimbox", role, "--config", str(config)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log)  # noqa: S603

    def __enter__(self) -> Program:
        """Wait until it says that it is ready. Raises Usage with what it says instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode()
        if not line.startswith("ready:"):
            self.__exit__()
            said = Path(self._log.name).read_text(errors="replace").strip().splitlines()
            raise Usage(f"the reference {self.role} does not start: {(said or ['no word'])[-1]}")
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the reference listens: free ports, chosen before our peers know of them.

    ``front`` and ``front_mllp`` are where others reach it, where a relay stands before it.
    """

    web: int = field(default_factory=free_port)
    mllp: int = field(default_factory=free_port)
    dicom: int = field(default_factory=free_port)
    conso: int = field(default_factory=free_port)
    front: int = 0
    front_mllp: int = 0

    tls: bool = True

    @property
    def source(self) -> str:
        """Scheme, host and port of the Source: of the allow-list over TLS, else loopback."""
        port = self.front or self.web
        return f"https://{DOMAIN.db}:{port}" if self.tls else f"http://{LOOPBACK}:{port}"

    @property
    def viewer(self) -> str:
        return f"https://{DOMAIN.vi}:{self.web}" if self.tls else self.source

    @property
    def callbacks(self) -> tuple[str, ...]:
        """Where logins come back to."""
        bases = (self.source, self.viewer, f"http://{LOOPBACK}:{self.conso}")
        return tuple(f"{base}/psc/callback" for base in bases)

    def sut(self) -> Sut:
        """The reference as a system under test."""
        conso = f"http://{LOOPBACK}:{self.conso}"
        return Sut(
            product=Product("drimcheck", "reference DRIMbox", __version__),
            source=Source(
                wado=f"{self.source}/dicom-web-rs",
                viewer=self.viewer,
                mllp=Address(LOOPBACK, self.front_mllp or self.mllp),
                dicom=Address(LOOPBACK, self.dicom, "DRIMBOX"),
            ),
            conso=Conso(f"{conso}/contextual-call", conso),
            peers=Peers(redirect_uris=self.callbacks),
            seconds=SECONDS,
        )

    def known(self, pki: Pki) -> Network:
        """How we reach it: as another DRIMbox of the allow-list."""
        if not self.tls:
            return Network()
        held = pki.drimbox(OTHER)
        place = (LOOPBACK, self.web)
        return Network(pki.trust, held.path, held.key_path, {DOMAIN.db: place, DOMAIN.vi: place})


@contextmanager
def running(lab: Lab, ports: Ports) -> Iterator[None]:
    """Source and Conso among the peers of a laboratory. Raises Usage."""
    folder = lab.folder / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    source, conso = folder / "source.toml", folder / "conso.toml"
    source.write_text(_toml(_source(lab, folder, ports)), encoding="utf-8")
    conso.write_text(_toml(_conso(lab, folder, ports)), encoding="utf-8")
    with (
        Program("source", source, folder / "source.log"),
        Program("conso", conso, folder / "conso.log"),
    ):
        yield


@contextmanager
def source_without_psc(lab: Lab) -> Iterator[Ports]:
    """A Source of the reference that looks at no token (test subject ii). Raises Usage."""
    folder = lab.folder / "reference-without-psc"
    folder.mkdir(parents=True, exist_ok=True)
    ports, peers = Ports(tls=False), lab.sut.peers
    found = {name: dict(rows) for name, rows in _source(lab, folder, ports).items()}
    found["psc"]["tokens"] = False
    changes = [one.rewrite for one in lab.breaks if one.peer == "images"]
    config = folder / "source.toml"
    with ExitStack() as stack:
        front = ports.web
        if changes:
            front = stack.enter_context(Relay((peers.listen, ports.web), requests=changes)).port
        public = f"http://{peers.public_name or peers.listen}:{front}/dicom-web-rs"
        found["web"] |= {"listen": peers.listen, "public": public}
        config.write_text(_toml(found), encoding="utf-8")
        stack.enter_context(Program("source", config, folder / "source.log"))
        yield ports


@contextmanager
def conso_without_psc(lab: Lab) -> Iterator[str]:
    """A Conso of the reference in which nobody logs in; its base. Raises Usage."""
    folder = lab.folder / "reference-without-psc"
    folder.mkdir(parents=True, exist_ok=True)
    ports = Ports(tls=False)
    found = {name: dict(rows) for name, rows in _conso(lab, folder, ports).items()}
    found["psc"]["enabled"] = False
    config = folder / "conso.toml"
    config.write_text(_toml(found), encoding="utf-8")
    with Program("conso", config, folder / "conso.log"):
        yield f"http://{LOOPBACK}:{ports.conso}"


def _source(lab: Lab, folder: Path, ports: Ports) -> Mapping[str, Mapping[str, object]]:
    secret = folder / "source.secret"
    secret.write_text(SOURCE.secret, encoding="utf-8")
    login = folder / "login.secret"
    login.write_text(CONSO.secret, encoding="utf-8")
    return {
        "drimbox": {"data": str(folder / "source")},
        "web": {
            "port": ports.web,
            "public": f"{ports.source}/dicom-web-rs",
            **_served(lab, ports),
        },
        "mllp": {"port": ports.mllp},
        "dicom": {"port": ports.dicom},
        "pacs": {"port": lab.pacs.port, "title": lab.pacs.title},
        "dmp": _signing(lab) | {"url": lab.dmp},
        "psc": {
            "discovery": f"{lab.peers['psc'].base}{REALM}",
            "client_id": SOURCE.id,
            "redirect_uri": f"{ports.viewer}/psc/callback",
            "login_client_id": CONSO.id,
            "login_secret_file": str(login),
            "secret_file": str(secret),
        },
        "allowlist": _allowlist(lab),
        "network": _network(lab, ports),
        "work": {"first_delay": 0.5, "longest_delay": 2.0, "attempts": 4},
    }


def _conso(lab: Lab, folder: Path, ports: Ports) -> Mapping[str, Mapping[str, object]]:
    secret = folder / "conso.secret"
    secret.write_text(CONSO.secret, encoding="utf-8")
    return {
        "web": {"port": ports.conso},
        "psc": {
            "discovery": f"{lab.peers['psc'].base}{REALM}",
            "client_id": CONSO.id,
            "secret_file": str(secret),
        },
        "dmp": _signing(lab) | {"url": lab.peers["dmp"].base},
        "pacs": {
            "port": lab.local.port,
            "title": lab.local.title,
            "stow": lab.local.web,
            "folder": str(folder / "export"),
        },
        "data": {"folder": str(folder / "conso")},
        "sources": {"trusted": [LOOPBACK, f"{DOMAIN.db}:{ports.web}"]},
        "allowlist": _allowlist(lab),
        "network": _network(lab, ports),
    }


def _signing(lab: Lab) -> dict[str, object]:
    """The certificate by which VIHF and submissions are signed."""
    held = lab.pki.client("structure.example.org")
    return {"certificate": str(held.path), "key": str(held.key_path)}


def _served(lab: Lab, ports: Ports) -> dict[str, object]:
    """The certificate of the Source, and whose clients it lets in."""
    if not ports.tls:
        return {}
    held = lab.pki.drimbox(DOMAIN)
    return {
        "certificate": str(held.path),
        "key": str(held.key_path),
        "authorities": str(lab.pki.trust),
    }


def _network(lab: Lab, ports: Ports) -> dict[str, object]:
    """How it reaches others: whom it trusts, who it is, where the hosts of the list are."""
    if not ports.tls:
        return {}
    held = lab.pki.drimbox(DOMAIN)
    return {
        "authorities": str(lab.pki.trust),
        "certificate": str(held.path),
        "key": str(held.key_path),
        "resolve": {DOMAIN.db: LOOPBACK, DOMAIN.vi: LOOPBACK},
    }


def _allowlist(lab: Lab) -> dict[str, object]:
    url = f"{lab.peers['allowlist'].base}{LIST}"
    return {"url": url, "trust": str(lab.pki.trust), "hours": HOURS}


def _toml(found: Mapping[str, Mapping[str, object]]) -> str:
    lines = []
    for table, rows in found.items():
        lines.append(f"[{table}]")
        lines += [f"{name} = {_value(value)}" for name, value in rows.items()]
        lines.append("")
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, Mapping):
        pairs = (f"{_value(name)} = {_value(one)}" for name, one in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return str(value).lower() if isinstance(value, bool) else str(value)
