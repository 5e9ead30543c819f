"""Files put in their place whole, and what a manifest says of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def replaced(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose content is put in the place of a file at the end, or nowhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        try:
            yield stream
        except BaseException:
            os.unlink(stream.name)
            raise
    os.chmod(stream.name, 0o644)
    os.replace(stream.name, path)


def written(path: Path, content: bytes) -> dict[str, object]:
    """Put a whole file in its place; its size and SHA-256."""
    with replaced(path) as stream:
        stream.write(content)
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def as_json(data: object) -> bytes:
    """Data as the text of a manifest."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
