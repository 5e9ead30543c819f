"""The reference DRIMbox as the system under test: Source and Conso, started among our peers."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drimcheck import __version__
from drimcheck.harness.lab import Lab
from drimcheck.harness.sut import Address, Conso, Peers, Source, Sut
from drimcheck.judging import Usage
from simulators.allowlist import LIST
from simulators.psc import CONSO, SOURCE

LOOPBACK = "127.0.0.1"
STOP_SECONDS = 20.0
SECONDS = 25.0
"""How long the reference may take for what follows a message."""
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


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        return int(free.getsockname()[1])


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

    def sut(self) -> Sut:
        """The reference as a system under test."""
        web, conso = (
            f"http://{LOOPBACK}:{self.front or self.web}",
            f"http://{LOOPBACK}:{self.conso}",
        )
        back = tuple(f"{base}/psc/callback" for base in (web, conso))
        return Sut(
            editor="drimcheck",
            name="reference DRIMbox",
            version=__version__,
            source=Source(
                wado=f"{web}/dicom-web-rs",
                viewer=web,
                mllp=Address(LOOPBACK, self.front_mllp or self.mllp),
                dicom=Address(LOOPBACK, self.dicom, "DRIMBOX"),
            ),
            conso=Conso(f"{conso}/contextual-call", conso),
            peers=Peers(redirect_uris=back),
            seconds=SECONDS,
        )


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


def _source(lab: Lab, folder: Path, ports: Ports) -> Mapping[str, object]:
    secret = folder / "source.secret"
    secret.write_text(SOURCE.secret, encoding="utf-8")
    return {
        "drimbox": {"data": str(folder / "source")},
        "web": {
            "port": ports.web,
            "public": f"http://{LOOPBACK}:{ports.front or ports.web}/dicom-web-rs",
        },
        "mllp": {"port": ports.mllp},
        "dicom": {"port": ports.dicom},
        "pacs": {"port": lab.pacs.network.port, "title": lab.sut.peers.pacs_title},
        "dmp": _signing(lab) | {"url": lab.dmp},
        "psc": {
            "discovery": f"{lab.peers['psc'].base}{REALM}",
            "client_id": SOURCE.id,
            "secret_file": str(secret),
        },
        "allowlist": _allowlist(lab),
        "work": {"first_delay": 0.5, "longest_delay": 2.0, "attempts": 4},
    }


def _conso(lab: Lab, folder: Path, ports: Ports) -> Mapping[str, object]:
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
            "port": lab.local.network.port,
            "title": lab.sut.peers.pacs_title,
            "stow": lab.peers["pacs-web"].base,
            "folder": str(folder / "export"),
        },
        "data": {"folder": str(folder / "conso")},
        "allowlist": _allowlist(lab),
    }


def _signing(lab: Lab) -> dict[str, object]:
    """The certificate by which VIHF and submissions are signed."""
    held = lab.pki.client("structure.example.org")
    return {"certificate": str(held.path), "key": str(held.key_path)}


def _allowlist(lab: Lab) -> dict[str, object]:
    return {"url": f"{lab.peers['allowlist'].base}{LIST}", "trust": str(lab.pki.trust)}


def _toml(found: Mapping[str, object]) -> str:
    lines = []
    for table, rows in found.items():
        lines.append(f"[{table}]")
        assert isinstance(rows, Mapping)
        lines += [f"{name} = {_value(value)}" for name, value in rows.items()]
        lines.append("")
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
