"""How a series comes from the PACS: C-GET, C-MOVE, or WADO-RS of the PACS."""

from __future__ import annotations

import threading
from io import BytesIO

from pydicom import dcmread

from reference_drimbox.config import Pacs as Settings
from reference_drimbox.conso.multipart import Broken, parts
from reference_drimbox.damaged import UNREADABLE
from reference_drimbox.http import Client, Unreachable
from reference_drimbox.mime import parameter
from reference_drimbox.pacs import Arrived, Pacs, PacsUnavailable
from reference_drimbox.source.images import Retrieve
from reference_drimbox.study import Series

ANYTHING = 'multipart/related; type="application/dicom"; transfer-syntax=*'
SECONDS = 3600.0


def retrieve_of(settings: Settings, pacs: Pacs, client: Client) -> Retrieve:
    """The way that the configuration chooses."""
    if settings.method == "get":
        return pacs.retrieve
    if settings.method == "move":
        return lambda study, series, _arrived, _stopped: pacs.move(study, series.uid, pacs.title)
    return _Web(client, settings.wado.rstrip("/")).retrieve


class _Web:
    """WADO-RS of the PACS (PS3.18 10.4), every instance as it is stored."""

    def __init__(self, client: Client, base: str) -> None:
        self._client, self._base = client, base

    def retrieve(
        self, study: str, series: Series, arrived: Arrived, stopped: threading.Event
    ) -> None:
        """All of a series at once, or one instance after the other where there is no such thing."""
        url = f"{self._base}/studies/{study}/series/{series.uid}"
        if self._fetched(url, study, series.uid, arrived, stopped):
            return
        for one in series.instances:
            self._fetched(f"{url}/instances/{one.uid}", study, series.uid, arrived, stopped)

    def _fetched(
        self, url: str, study: str, series: str, arrived: Arrived, stopped: threading.Event
    ) -> bool:
        """Whether a resource is there; then all of it came. Raises PacsUnavailable."""
        try:
            with self._client.stream(
                "GET", url, headers={"Accept": ANYTHING}, seconds=SECONDS
            ) as answer:
                if answer.status in (404, 405, 410):
                    return False
                if answer.status not in (200, 206):
                    raise PacsUnavailable(f"WADO-RS of the PACS: HTTP {answer.status}")
                kind = answer.headers.get("content-type", "")
                for part in parts(answer.pieces(), parameter(kind, "boundary")):
                    if stopped.is_set():
                        raise PacsUnavailable("the Source stops")
                    raw = b"".join(part.pieces)
                    arrived(_uid(raw, study, series), raw)
        except (Unreachable, Broken) as problem:
            raise PacsUnavailable(f"WADO-RS of the PACS: {problem}") from None
        return True


def _uid(raw: bytes, study: str, series: str) -> str:
    """The UID of an instance of the series. Raises PacsUnavailable for another."""
    try:
        found = dcmread(BytesIO(raw), stop_before_pixels=True)
        place = (str(found.StudyInstanceUID), str(found.SeriesInstanceUID))
        uid = str(found.SOPInstanceUID)
    except UNREADABLE:
        raise PacsUnavailable("WADO-RS of the PACS: a part is no DICOM file") from None
    if place != (study, series):
        raise PacsUnavailable("WADO-RS of the PACS: an instance of another series")
    return uid
