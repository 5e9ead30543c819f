"""The allow-list: downloaded daily, verified, the last valid one kept (DRIM-M G-WL)."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from reference_drimbox import trusted_list
from reference_drimbox.config import Allowlist as Settings
from reference_drimbox.http import Client, Unreachable
from reference_drimbox.trusted_list import NotTrusted, Trust
from reference_drimbox.xml import Element

NAMESPACE = "https://github.com/ansforge/DRIM-M_DATA"
PREFIXES = {"w": NAMESPACE}
LONGEST = 1 << 24
RETRY_SECONDS = 600.0

log = logging.getLogger(__name__)
Name = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Domains:
    """A verified list: hosts of Sources, hosts of viewers, names of client certificates."""

    generated: str
    sources: frozenset[str]
    viewers: frozenset[str]
    names: frozenset[Name]


class Allowlist:
    """The list in force. Without a list, nobody is in it; ``known`` says whether there is one.

    Every downloaded list is verified; one that is not valid, or older than the one in force, is
    refused, and the one in force stays (G-WL-05). It lies in ``file`` over restarts, and is
    verified again when it is read.
    """

    def __init__(self, settings: Settings, file: Path, client: Client) -> None:
        self._settings, self._file, self._client = settings, file, client
        trust = settings.trust.read_bytes() if settings.trust else b""
        self._trust = Trust(
            tuple(x509.load_pem_x509_certificates(trust)) if trust else (),
            settings.signer,
            settings.unit,
        )
        self._domains: Domains | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._daily, name="allowlist", daemon=True)

    @property
    def known(self) -> bool:
        return self._domains is not None

    @property
    def configured(self) -> bool:
        return bool(self._settings.url)

    def lists_host(self, host: str) -> bool:
        """Whether a host is that of a Source of the list."""
        found = self._domains
        return found is not None and host.lower() in found.sources

    def lists_url(self, url: str) -> bool:
        """Whether a URL is https, at a Source of the list, without port or user of its own."""
        parts = urlsplit(url)
        try:
            plain = parts.port in (None, 443) and not parts.username
        except ValueError:
            return False
        return parts.scheme == "https" and plain and self.lists_host(parts.hostname or "")

    def lists_name(self, subject: str) -> bool:
        """Whether the subject of a certificate (RFC 4514) is one of the list (G-WL-03)."""
        found, name = self._domains, name_of(subject)
        return found is not None and bool(name) and name in found.names

    def start(self) -> None:
        """Read the list that is on disk, and download the list now and each day."""
        self.restore()
        if self.configured:
            self.refresh()
            self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def restore(self) -> None:
        """Put in force the list that is on disk, if it is still valid."""
        if self._file.exists():
            self._take(self._file.read_bytes(), keep=False)

    def refresh(self) -> bool:
        """Download the list; whether it is in force now."""
        try:
            answer = self._client.send("GET", self._settings.url, longest=LONGEST)
        except Unreachable as problem:
            log.error("allow-list not downloaded: %s", problem)
            return False
        if answer.status != 200:
            log.error("allow-list not downloaded: HTTP %d", answer.status)
            return False
        return self._take(answer.body, keep=True)

    def _take(self, raw: bytes, *, keep: bool) -> bool:
        try:
            found = domains(trusted_list.verified(raw, self._trust, datetime.now(UTC)))
            if self._domains is not None and found.generated < self._domains.generated:
                raise NotTrusted("it is older than the one in force")
        except NotTrusted as problem:
            log.error("allow-list refused, the last valid one stays: %s", problem)
            return False
        with self._lock:
            self._domains = found
            if keep:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                part = self._file.with_suffix(".part")
                part.write_bytes(raw)
                os.replace(part, self._file)
        log.info("allow-list of %s in force: %d sources", found.generated, len(found.sources))
        return True

    def _daily(self) -> None:
        wait = self._settings.hours * 3600
        while not self._stopped.wait(wait):
            wait = self._settings.hours * 3600 if self.refresh() else RETRY_SECONDS


def domains(root: Element) -> Domains:
    """What a list says. Raises NotTrusted where it is no allow-list."""
    if root.tag != f"{{{NAMESPACE}}}ListeBlancheDRIM-M":
        raise NotTrusted("it is no allow-list")
    generated = root.findtext("w:DateDeGeneration", "", PREFIXES).strip()
    if not generated:
        raise NotTrusted("it has no date")
    rows = [*_rows(root)]
    return Domains(
        generated=generated,
        sources=frozenset(one["db"].lower() for one in rows if one["db"]),
        viewers=frozenset(one["vi"].lower() for one in rows if one["vi"]),
        names=frozenset(filter(None, (name_of(one["DNCertificatOperateur"]) for one in rows))),
    )


def _rows(root: Element) -> Iterator[Mapping[str, str]]:
    for one in root.iterfind("w:ListeDomaines/w:Domaine", PREFIXES):
        yield {
            name: (one.findtext(f"w:{name}", "", PREFIXES) or "").strip()
            for name in ("db", "vi", "DNCertificatOperateur")
        }


_ATTRIBUTE = re.compile(r"\s*([A-Za-z]+|[0-9.]+)\s*=\s*((?:[^,\\]|\\.|,(?!\s*[A-Za-z0-9.]+=))*)")
_SHORT = {"2.5.4.3": "CN", "2.5.4.11": "OU", "2.5.4.10": "O", "2.5.4.8": "ST", "2.5.4.6": "C",
          "2.5.4.7": "L"}  # fmt: skip


def name_of(text: str) -> Name:
    """A distinguished name whatever the order and the blanks of its writing.

    A comma inside a value need not be escaped: the list does not escape it.
    """
    found = _ATTRIBUTE.findall(text)
    return frozenset(
        (_SHORT.get(key, key.upper()), re.sub(r"\\(.)", r"\1", value).strip())
        for key, value in found
    )
