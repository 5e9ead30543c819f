"""``envelope.json``: what differs from run to run, beside the comparable ``run.json``."""

from __future__ import annotations

import getpass
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

NAME = "envelope.json"


def write_envelope(folder: Path, started: datetime) -> Path:
    """Write when, where and by whom the run was made, and how long it took."""
    now = datetime.now(UTC)
    envelope = {
        "started": started.isoformat(timespec="milliseconds"),
        "seconds": round((now - started).total_seconds(), 3),
        "user": _user(),
        "host": platform.node(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "arguments": sys.argv[1:],
    }
    path = folder / NAME
    path.write_text(json.dumps(envelope, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""
