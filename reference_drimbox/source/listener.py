"""The DICOM listener: rejection notes of the PACS, and what a C-MOVE brings (PS3.4 B)."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pydicom import dcmread
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, evt
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from reference_drimbox.config import Dicom
from reference_drimbox.damaged import UNREADABLE
from reference_drimbox.pacs import KEY_OBJECT, without_delay

SUCCESS, CANNOT_UNDERSTAND, NOT_WANTED = 0x0000, 0xC000, 0xA900
ASSOCIATIONS = 16
SECONDS = 60.0

Stored = Callable[[str, str, str, bytes], bool]
"""Study, series and instance UIDs and the file: whether somebody waits for it."""


class Listener:
    """An application entity from ``start`` to ``stop``.

    ``note`` gives the status of a key object that nobody waits for. Raises OSError.
    """

    def __init__(self, settings: Dicom, note: Callable[[bytes], int], stored: Stored) -> None:
        self._settings, self._note, self._stored = settings, note, stored
        self._entity = AE(settings.title)
        self._entity.acse_timeout = self._entity.dimse_timeout = SECONDS
        self._entity.network_timeout = SECONDS
        self._entity.maximum_associations = ASSOCIATIONS
        self._entity.add_supported_context(Verification)
        for context in AllStoragePresentationContexts:
            self._entity.add_supported_context(str(context.abstract_syntax), ALL_TRANSFER_SYNTAXES)
        self._server: Any = None

    @property
    def port(self) -> int:
        return int(self._server.socket.getsockname()[1])

    def start(self) -> None:
        handlers = [
            (evt.EVT_CONN_OPEN, without_delay),
            (evt.EVT_C_ECHO, lambda _event: SUCCESS),
            (evt.EVT_C_STORE, self._received),
        ]
        where = (self._settings.listen, self._settings.port)
        self._server = self._entity.start_server(where, block=False, evt_handlers=handlers)  # type: ignore[arg-type]

    def stop(self) -> None:
        self._entity.shutdown()

    def _received(self, event: Any) -> int:
        raw = event.encoded_dataset()
        try:
            found = dcmread(BytesIO(raw), stop_before_pixels=True)
            place = str(found.StudyInstanceUID), str(found.SeriesInstanceUID)
            uid = str(found.SOPInstanceUID)
        except UNREADABLE:
            return CANNOT_UNDERSTAND
        if self._stored(*place, uid, raw):
            return SUCCESS
        if str(event.request.AffectedSOPClassUID) == KEY_OBJECT:
            return self._note(raw)
        return NOT_WANTED
