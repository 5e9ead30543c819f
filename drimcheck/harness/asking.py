"""What a Conso and a reader of reports ask of a Source."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from drimcheck.harness.happening import Happening, NotDone, status_of, unwatched
from drimcheck.harness.tls import context
from simulators.ris import Way, open_link
from simulators.sending import send
from simulators.wado_client import Kos, requests
from testdata.allowlist import Domain
from testdata.wire.request import LOSSLESS, accept
from validators import wado
from validators.model import Exchange

RETRIEVAL = 300.0
"""How long a retrieval may take, in seconds: a study of 1,300 images is one."""
UNREACHED = ("connection", "tls")


class Asking(Happening):
    """Requests of WADO-RS, links of the viewer."""

    def ask(self, kos: Kos, raw: bytes, *, only: Sequence[str] = ()) -> list[Exchange]:
        """Send the requests that follow a KOS to its Source; those of these names, or all."""
        found = wado.manifest(raw)
        self.known.manifests = {one.study: found for one in kos.series}
        asked = []
        for one in requests(kos, self.lab.tokens(), agent=f"drimcheck/{self.mark}"):
            if only and one.name not in only:
                continue
            self.known.expected[one.raw] = one.expected
            if one.sound:
                self.known.sound.add(one.raw)
            exchange = self._get(one.url, one.raw)
            self.record("wado-client", exchange)
            asked.append(exchange)
        return asked

    def health(self) -> None:
        """Ask the base of the Source whether it is up."""
        source = self.lab.sut.source
        base = source.wado if source else ""
        parts = urlsplit(base)
        lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Accept: application/json",
                 f"User-Agent: drimcheck/{self.mark}", "Connection: close", "", ""]  # fmt: skip
        raw = "\r\n".join(lines).encode()
        self.known.expected[raw] = (200, 204)
        self.known.sound.add(raw)
        self.record("wado-client", self._get(base, raw))

    def measure(self, kos: Kos, raw: bytes) -> None:
        """Retrieve the first series as a viewer does, and note how fast it came (C-PRF-01)."""
        came: list[tuple[float, int]] = []
        begun = time.monotonic()
        self.watch = lambda count: came.append((time.monotonic() - begun, count))
        try:
            (one,) = self.ask(kos, raw, only=("lossy-1",))
        finally:
            self.watch = unwatched
        answer = bytes(one.response)
        mark = re.search(rb"boundary=\"?([^\";\r\n]+)", answer)
        second = answer.find(b"--" + mark[1], answer.find(b"DICM")) if mark else -1
        if not came or second < 0:
            return
        first = next(moment for moment, count in came if count >= second)
        seconds, size = came[-1]
        self.facts = {
            "first image": f"{first:.2f} s",
            "all images": f"{seconds:.2f} s",
            "throughput": f"{size * 8 / seconds / 1e6:.0f} Mbit/s",
        }

    def _get(self, url: str, raw: bytes) -> Exchange:
        network = self.lab.sut.network
        address = network.resolve.get(urlsplit(url).hostname or "")
        made = send(
            url,
            raw,
            seconds=max(self.lab.sut.seconds, RETRIEVAL),
            tls=context(network),
            address=address,
            watch=self.watch,
        )
        if made.ended in UNREACHED and not made.response:
            raise NotDone(f"{url}: {made.ended}")
        return made

    def open(self, link: str, purpose: str) -> Exchange:
        """Open a link as a browser does, and go where it leads."""
        network = self.lab.sut.network
        way = Way(self.lab.sut.seconds, context(network), dict(network.resolve))
        found = open_link(link, way=way)
        for one in found:
            self.record("ris-links", one)
        last = found[-1]
        if last.ended in UNREACHED and not last.response:
            raise NotDone(f"{last.url}: {last.ended}")
        status, kind = status_of(last)
        self.note("page", purpose=purpose, url=last.url, status=status, type=kind)
        return last

    def knock(self, domain: Domain, *, listed: bool) -> None:
        """Ask the Source for an unknown study as the DRIMbox of a domain; 403 where unlisted."""
        source = self.lab.sut.source
        base = source.wado if source else ""
        parts = urlsplit(base)
        study = "2.25.329800735698586629295641978511506172918"
        url = f"{base}/studies/{study}/series/{study}"
        lines = [f"GET {urlsplit(url).path} HTTP/1.1",
                 f"Host: {parts.netloc}", f"Accept: {accept(LOSSLESS)}",
                 f"Authorization: Bearer {self.lab.tokens().good}",
                 f"KOS-SOPInstanceUID: {study}", f"User-Agent: drimcheck/{self.mark}",
                 "Connection: close", "", ""]  # fmt: skip
        raw = "\r\n".join(lines).encode()
        held = self.lab.pki.drimbox(domain)
        network = replace(self.lab.sut.network, certificate=held.path, key=held.key_path)
        address = network.resolve.get(parts.hostname or "")
        self.known.expected[raw] = (404,) if listed else (403,)
        one = send(url, raw, seconds=self.lab.sut.seconds, tls=context(network), address=address)
        if one.response or listed:
            self.record("wado-client", one)
        self.note(
            "knock", domain=domain.db, listed=listed, status=status_of(one)[0], ended=one.ended
        )
