"""A real Orthanc on loopback, started by a test and stopped by it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import unavailable

STARTS = 3
SECONDS = 20.0
TITLE = "ORTHANC"


class Orthanc(NamedTuple):
    """A process, the base of its HTTP API, the port of its DICOM server (0 where it has none)."""

    process: subprocess.Popen[bytes]
    url: str
    dicom: int = 0

    def answers(self) -> bool:
        """Whether it does before the time is over, or it stops."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urlopen(f"{self.url}/system", timeout=2) as answer:
                    return bool(answer.status == 200)
            except (URLError, OSError):
                time.sleep(0.05)
        return False

    def store(self, raw: bytes) -> None:
        with urlopen(Request(f"{self.url}/instances", raw), timeout=SECONDS) as answer:
            assert answer.status == 200

    def get(self, path: str) -> object:
        """What its own API says."""
        with urlopen(self.url + path, timeout=SECONDS) as answer:
            return json.load(answer)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def program(tool: Callable[[str], str]) -> tuple[str, Path]:
    """Orthanc and its DICOMweb plugin; skips where one is not there."""
    found = tool("Orthanc")
    plugin = Path(found).resolve().parents[1] / "share/orthanc/plugins/libOrthancDicomWeb.so"
    if not plugin.exists():
        unavailable("orthanc-dicomweb is not installed")
    return found, plugin


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def started(
    found: str,
    plugin: Path,
    folder: Path,
    modalities: Mapping[str, int] | None = None,
) -> Orthanc:
    """Orthanc on free ports: it has no setting for the address, and answers loopback alone.

    With ``modalities``, AE titles and their ports on loopback, it has a DICOM server.
    """
    port, dicom = free_port(), free_port() if modalities is not None else 0
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": [str(plugin)],
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": modalities is not None,
        "DicomAet": TITLE,
        "DicomPort": dicom,
        "DicomCheckCalledAet": True,
        "DicomModalities": {
            title: [title, "127.0.0.1", number] for title, number in (modalities or {}).items()
        },
        "DicomWeb": {"Host": f"127.0.0.1:{port}", "SeriesMetadata": "Full"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with open(folder / "orthanc.log", "wb") as log:
        process = subprocess.Popen(
            [found, "orthanc.json"],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TCP_NODELAY": "1"},
        )
    return Orthanc(process, f"http://127.0.0.1:{port}", dicom)


@contextmanager
def running(
    found: str,
    plugin: Path,
    folders: pytest.TempPathFactory,
    modalities: Mapping[str, int] | None = None,
) -> Iterator[Orthanc]:
    """Orthanc while the context lasts; a port that was taken meanwhile is tried again."""
    for _ in range(STARTS):
        server = started(found, plugin, folders.mktemp("orthanc"), modalities)
        try:
            if server.answers():
                yield server
                return
        finally:
            server.stop()
    pytest.fail("Orthanc does not start")
