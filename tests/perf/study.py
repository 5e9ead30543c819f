"""A study of 5,000 images against its KOS: by heads alone, on the cores there are."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from tests.sparse import sparse_study

PEER = """
import sys, pathlib, pydicom
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID
"""


def study(folder: Path, ratio: Callable[[Callable[[], float], Callable[[], float]], str]) -> None:
    """Print the ratio to pydicom's reading of the same heads, and how much was read."""
    kos, images = sparse_study(folder)
    out = folder / "out"
    ours = [sys.executable, "-m", "drimcheck", "cross", "--kos", str(kos), "--study", str(images),
            "--profile", "drim-m-lab", "--out", str(out), "--format", "json"]  # fmt: skip

    def timed(command: list[str]) -> float:
        start = perf_counter()
        subprocess.run(command, capture_output=True, check=False)
        return perf_counter() - start

    peer = [sys.executable, "-c", PEER, str(images)]
    print("a study of 5,000 images against its KOS, whole process: cross / pydicom reading "
          "the heads in one process:", ratio(lambda: timed(ours), lambda: timed(peer)))  # fmt: skip
    subject = json.loads((out / "run.json").read_text(encoding="utf-8"))["subjects"][0]
    print("bytes read of each image:", int(subject["facts"]["bytes read of the images"]) // 5_000)
