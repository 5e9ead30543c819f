"""A series of 200 instances of 512 KiB: served by the simulator, by Orthanc, by nginx as a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydicom.uid import UID

from testdata.exams import exam
from testdata.images import instance
from testdata.kos import write
from tests.orthanc import Orthanc, free_port, started

INSTANCES, SIZE, AT_ONCE = 200, 512, 50
SECONDS = 120
Ratio = Callable[[Callable[[], float], Callable[[], float]], str]
ALPHA = exam("alpha")
STUDY = ALPHA.study
SERIES = STUDY.series[0]
ACCEPT = 'Accept: multipart/related; type="application/dicom"; transfer-syntax=*'


def written(folder: Path, count: int = INSTANCES, size: int = SIZE) -> None:
    """A series of CT images, ``size`` pixels a side, two bytes each."""
    for number in range(1, count + 1):
        document = instance(ALPHA, STUDY, SERIES, 1, size=size)
        document.SOPInstanceUID = UID(f"2.25.{1000 + number}")
        document.file_meta.MediaStorageSOPInstanceUID = document.SOPInstanceUID
        document.InstanceNumber = number
        (folder / f"{number:04d}.dcm").write_bytes(write(document))


@contextmanager
def simulator(folder: Path) -> Iterator[tuple[str, int]]:
    """The WADO-RS simulator in a process of its own: the URL of the series, the process."""
    command = [sys.executable, "-m", "drimcheck", "simulate", "wado-server", "--folder",
               str(folder), "--without-psc", "--lang", "en"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        base = process.stdout.readline().split()[-1]
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield f"{base}/studies/{STUDY.uid}/series/{SERIES.uid}", process.pid
    finally:
        process.terminate()
        process.wait(SECONDS)


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """nginx on one file of the size of the series; its URL."""
    port = free_port()
    (folder / "file").write_bytes(b"\0" * (INSTANCES * SIZE * SIZE * 2))
    user = "user root; " if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off; worker_processes 1; pid {folder}/pid; error_log stderr;\n"
        "events { } http { access_log off; sendfile on; "
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/file"
    finally:
        process.terminate()
        process.wait(SECONDS)


def fetched(url: str) -> float:
    """Seconds in which curl takes what is at a URL, from the request to the last byte."""
    ran = subprocess.run(
        ["curl", "--silent", "--fail", "--retry", "20", "--retry-connrefused", "--output",
         "/dev/null", "--write-out", "%{time_total}", "-H", ACCEPT, "-H",
         f"KOS-SOPInstanceUID: {ALPHA.kos_uid(STUDY)}", url],
        capture_output=True, text=True, check=True, timeout=SECONDS,
    )  # fmt: skip
    return float(ran.stdout)


def peak(pid: int) -> int:
    """The peak memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) // 1024


def together(url: str) -> None:
    """AT_ONCE downloads at the same time."""
    running = [threading.Thread(target=fetched, args=(url,)) for _ in range(AT_ONCE)]
    for one in running:
        one.start()
    for one in running:
        one.join()


@contextmanager
def orthanc(folder: Path, images: Path) -> Iterator[str]:
    """Orthanc with the images; the URL of the series."""
    found = shutil.which("Orthanc") or "/usr/sbin/Orthanc"
    plugin = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
    server: Orthanc = started(found, plugin, folder)
    try:
        assert server.answers()
        for path in sorted(images.iterdir()):
            server.store(path.read_bytes())
        yield f"{server.url}/dicom-web/studies/{STUDY.uid}/series/{SERIES.uid}"
    finally:
        server.stop()


def serving(folder: Path, ratio: Ratio) -> None:
    """Print how fast the simulator serves a series, against Orthanc and nginx."""
    places = [folder / name for name in ("images", "orthanc", "nginx")]
    for place in places:
        place.mkdir()
    images, of_orthanc, of_nginx = places
    written(images)
    with simulator(images) as (ours, pid):
        fetched(ours)
        alone = peak(pid)
        if shutil.which("Orthanc") or Path("/usr/sbin/Orthanc").exists():
            with orthanc(of_orthanc, images) as theirs:
                print("200 instances of 512 KiB, throughput: simulator / Orthanc:",
                      ratio(lambda: fetched(theirs), lambda: fetched(ours)))  # fmt: skip
        if shutil.which("nginx"):
            with nginx(of_nginx) as file:
                print("the same, throughput: simulator / nginx sending one file of that size:",
                      ratio(lambda: fetched(file), lambda: fetched(ours)))  # fmt: skip
        together(ours)
        print(f"{AT_ONCE} downloads at once: {peak(pid) - alone} MB above one")
