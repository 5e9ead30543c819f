"""A real Orthanc in the place of our PACS: started on loopback, stopped with the run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from drimcheck.concluding import Usage
from drimcheck.harness.ports import free_port

LOOPBACK = "127.0.0.1"
SECONDS, POLL = 20.0, 0.05
TITLE = "ORTHANC"
PLUGIN = "share/orthanc/plugins/libOrthancDicomWeb.so"


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance that Orthanc holds: its UID, that of its study, its number in Orthanc."""

    uid: str
    study: str
    number: str
    url: str

    def file(self) -> bytes:
        """The file as Orthanc gives it."""
        with urlopen(f"{self.url}/instances/{self.number}/file", timeout=SECONDS) as answer:  # noqa: S310
            return bytes(answer.read())


class Archive:
    """What Orthanc holds, by its own interface."""

    def __init__(self, url: str) -> None:
        self._url = url

    def add(self, raw: bytes) -> None:
        """Store a file."""
        with urlopen(Request(f"{self._url}/instances", raw), timeout=SECONDS):  # noqa: S310
            pass

    def remove(self, *uids: str) -> None:
        """Take instances out."""
        for one in self:
            if one.uid in uids:
                url = f"{self._url}/instances/{one.number}"
                with urlopen(Request(url, method="DELETE"), timeout=SECONDS):  # noqa: S310
                    pass

    def __iter__(self) -> Iterator[Instance]:
        for number in self._get("/instances"):
            tags = self._get(f"/instances/{number}/simplified-tags")
            yield Instance(tags["SOPInstanceUID"], tags["StudyInstanceUID"], number, self._url)

    def _get(self, path: str) -> Any:
        with urlopen(self._url + path, timeout=SECONDS) as answer:  # noqa: S310
            return json.load(answer)


@dataclass(frozen=True, slots=True)
class Station:
    """A PACS that a DRIMbox reaches: what it holds, its DIMSE port and title, its DICOMweb base."""

    archive: Any
    port: int
    title: str
    web: str


def program() -> tuple[str, Path]:
    """Orthanc and its DICOMweb plugin. Raises Usage."""
    found = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    if found is None:
        raise Usage("Orthanc is not installed (Debian: orthanc, orthanc-dicomweb)")
    plugin = Path(found).resolve().parents[1] / PLUGIN
    if not plugin.exists():
        raise Usage(f"{plugin}: missing (Debian: orthanc-dicomweb)")
    return found, plugin


@contextmanager
def running(folder: Path, stations: Mapping[str, int]) -> Iterator[Station]:
    """Orthanc on free ports; ``stations`` are the AE titles that it knows, and their ports.

    Orthanc has no setting for the address of its DICOM server: it answers the AE titles that it
    knows alone. Raises Usage.
    """
    found, plugin = program()
    folder.mkdir(parents=True, exist_ok=True)
    port, dicom = free_port(), free_port()
    settings = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": [str(plugin)],
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomAet": TITLE,
        "DicomPort": dicom,
        "DicomCheckCalledAet": True,
        "DicomModalities": {name: [name, LOOPBACK, place] for name, place in stations.items()},
        "DicomWeb": {"Host": f"{LOOPBACK}:{port}"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    url = f"http://{LOOPBACK}:{port}"
    with open(folder / "orthanc.log", "wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [found, "orthanc.json"], cwd=folder, stdout=log, stderr=subprocess.STDOUT,
            env={**os.environ, "TCP_NODELAY": "1"},
        )  # fmt: skip
    try:
        _await(process, url)
        yield Station(Archive(url), dicom, TITLE, f"{url}/dicom-web")
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{url}/system", timeout=2):  # noqa: S310
                return
        except (URLError, OSError):
            time.sleep(POLL)
    raise Usage("Orthanc does not start")
