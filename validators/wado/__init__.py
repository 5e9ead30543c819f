"""Rules on WADO-RS: requests, and the answers to them (DRIM-M C; PS3.18 8 and 10.4)."""

from validators.wado import (  # noqa: F401 - registers the rules
    expected,
    follows_kos,
    frames,
    framing,
    instances,
    media_ranges,
    metadata_json,
    metadata_xml,
    multipart,
    parts,
    pixels,
    preferences,
    rendered,
    request_headers,
    request_line,
    status,
    transfer,
)
from validators.wado.manifest import Manifest, manifest
from validators.wado.request import Request, load, read, recognises

__all__ = ["Manifest", "Request", "load", "manifest", "read", "recognises"]
