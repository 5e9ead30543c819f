"""What a signature is judged by besides its document: certificates to trust, revocation lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
MAX_CERTIFICATE_BYTES = 1024 * 1024
MAX_CRL_BYTES = 64 * 1024 * 1024


def inputs(trust: Path | None, crl: Sequence[Path]) -> dict[str, object]:
    """The inputs of a run that were given, as the bytes of their files.

    Raises OSError, and ValueError for a file that holds nothing of its kind.
    """
    from validators.allowlist.revocation import revocation_lists
    from validators.signing.certificates import certificates_in

    found: dict[str, object] = {}
    if trust is not None:
        names = sorted(one for one in trust.iterdir() if one.suffix.lower() in SUFFIXES)
        if not names:
            raise ValueError(f"{trust}: no certificate ({', '.join(sorted(SUFFIXES))})")
        anchors = {name: _read(name, MAX_CERTIFICATE_BYTES) for name in names}
        for name, raw in anchors.items():
            if not certificates_in(raw):
                raise ValueError(f"{name}: no certificate, in PEM or in DER")
        found["trust"] = tuple(anchors.values())
    if crl:
        lists = {name: _read(name, MAX_CRL_BYTES) for name in crl}
        for name, raw in lists.items():
            if not revocation_lists(raw):
                raise ValueError(f"{name}: no revocation list, in PEM or in DER")
        found["crl"] = tuple(lists.values())
    return found


def _read(path: Path, limit: int) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise ValueError(f"{path}: > {limit}")
    return raw
