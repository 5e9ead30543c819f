"""The PACS over DIMSE: what a study has (C-FIND), and its images (C-GET, C-MOVE) (PS3.4 B, C)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    MPEG2MPHL,
    MPEG2MPML,
    MPEG4HP41,
    MPEG4HP41BD,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from reference_drimbox.config import Pacs as Settings
from reference_drimbox.study import Instance, Series, Study

KEY_OBJECT = "1.2.840.10008.5.1.4.1.1.88.59"
NATIVE = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
COMPRESSED = (
    JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless,
    JPEGLSNearLossless, JPEG2000Lossless, JPEG2000, RLELossless, MPEG2MPML, MPEG2MPHL, MPEG4HP41,
    MPEG4HP41BD, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K,
)  # fmt: skip
PENDING = (0xFF00, 0xFF01)
MOST_CONTEXTS = 126
"""Presentation contexts of an association (PS3.8 9.3.2), that of the request left free."""

STUDY_KEYS = {"PatientID": "", "AccessionNumber": "", "StudyDate": "", "StudyTime": "",
              "StudyDescription": ""}  # fmt: skip

Arrived = Callable[[str, bytes], None]
"""Told of an instance as it comes: its UID, and the file that it makes."""


class PacsUnavailable(Exception):
    """The PACS cannot be had now, or failed: the same may succeed later."""


def without_delay(event: Any) -> None:
    """Set TCP_NODELAY: else each small message waits for a delayed acknowledgement."""
    raw = event.assoc.dul.socket.socket
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Pacs:
    """Asks one PACS. Raises PacsUnavailable."""

    def __init__(self, settings: Settings, title: str) -> None:
        self.settings, self.title = settings, title

    @contextmanager
    def _association(
        self,
        contexts: Sequence[tuple[str, Sequence[str]]],
        roles: Sequence[Any] = (),
        stored: Callable[[Any], int] | None = None,
    ) -> Iterator[Any]:
        """An association with the PACS; ``stored`` answers the C-STOREs that come on it."""
        entity = AE(self.title)
        entity.acse_timeout = entity.dimse_timeout = self.settings.seconds
        entity.network_timeout = entity.connection_timeout = self.settings.seconds
        for abstract, syntaxes in contexts:
            entity.add_requested_context(abstract, list(syntaxes))
        told: list[Any] = [(evt.EVT_CONN_OPEN, without_delay)]
        if stored is not None:
            told.append((evt.EVT_C_STORE, stored))
        made = entity.associate(
            self.settings.host,
            self.settings.port,
            ae_title=self.settings.title,
            ext_neg=list(roles),
            evt_handlers=told,
        )
        if not made.is_established:
            raise PacsUnavailable("no association with the PACS")
        try:
            yield made
        finally:
            if made.is_established:
                made.release()

    def study(self, uid: str) -> Study | None:
        """A study with all its instances; None where the PACS has none."""
        find = StudyRootQueryRetrieveInformationModelFind
        with self._association([(find, NATIVE)]) as association:
            heads = _ask(association, "STUDY", StudyInstanceUID=uid, **STUDY_KEYS)
            if not heads:
                return None
            rows = _ask(association, "SERIES", StudyInstanceUID=uid, SeriesInstanceUID="",
                        Modality="", SeriesNumber=None, SeriesDescription="")  # fmt: skip
            series = [_series(association, uid, one) for one in rows]
        head = heads[0]
        numbered = sorted(series, key=lambda one: (one.number, one.uid))
        return Study(
            uid=uid,
            local_id=str(head.get("PatientID") or "").strip(),
            accessions=[one for one in [str(head.get("AccessionNumber") or "").strip()] if one],
            date=str(head.get("StudyDate") or ""),
            time=str(head.get("StudyTime") or ""),
            description=str(head.get("StudyDescription") or "").strip(),
            series=[one for one in numbered if one.instances],
        )

    def retrieve(
        self, study: str, series: Series, arrived: Arrived, stopped: threading.Event
    ) -> None:
        """C-GET of a series: every instance as the PACS holds it (PS3.4 C.4.3)."""
        get = StudyRootQueryRetrieveInformationModelGet
        classes = sorted({one.sop_class for one in series.instances})
        # A context has one syntax, so that the PACS sends what it stores and converts nothing.
        pairs = [(one, syntax) for one in classes for syntax in (*COMPRESSED, *NATIVE)]

        def stored(event: Any) -> int:
            if stopped.is_set():
                return 0xA700
            arrived(str(event.request.AffectedSOPInstanceUID), event.encoded_dataset())
            return 0x0000

        wanted = [(get, NATIVE), *((one, [syntax]) for one, syntax in pairs[:MOST_CONTEXTS])]
        roles = [build_role(one, scp_role=True) for one in classes]
        with self._association(wanted, roles, stored) as association:
            _finished(_begun(association.send_c_get, _wanted(study, series.uid), get))

    def move(self, study: str, series: str, destination: str) -> None:
        """C-MOVE of a series to an application entity that the PACS knows (PS3.4 C.4.2)."""
        model = StudyRootQueryRetrieveInformationModelMove
        with self._association([(model, NATIVE)]) as association:
            _finished(_begun(association.send_c_move, _wanted(study, series), destination, model))

    def title_of(self, study: str, series: Series, instance: Instance) -> str:
        """The code of the title of a key object, where C-FIND did not say it."""
        found: list[bytes] = []
        one = Series(series.uid, series.modality, "", 0, [instance])
        self.retrieve(study, one, lambda _uid, raw: found.append(raw), threading.Event())
        for raw in found:
            document = _read(raw)
            if str(document.get("SOPInstanceUID")) == instance.uid:
                return _title(document)
        return ""


def _read(raw: bytes) -> Dataset:
    return dcmread(BytesIO(raw), stop_before_pixels=True)


def _ask(association: Any, level: str, **keys: object) -> list[Dataset]:
    """The answers to a C-FIND. Raises PacsUnavailable."""
    query = Dataset()
    query.QueryRetrieveLevel = level
    for name, value in keys.items():
        setattr(query, name, value)
    found = []
    model = StudyRootQueryRetrieveInformationModelFind
    for status, answer in _begun(association.send_c_find, query, model):
        if not status:
            raise PacsUnavailable("the PACS ended the association")
        if status.Status in PENDING and answer is not None:
            found.append(answer)
        elif status.Status != 0:
            raise PacsUnavailable(f"C-FIND ended with status {status.Status:04X}")
    return found


def _series(association: Any, study: str, row: Dataset) -> Series:
    uid, modality = str(row.SeriesInstanceUID), str(row.get("Modality") or "")
    keys: dict[str, object] = {"SOPClassUID": "", "InstanceNumber": None, "NumberOfFrames": None}
    if modality == "KO":
        keys["ConceptNameCodeSequence"] = []
    rows = _ask(association, "IMAGE", StudyInstanceUID=study, SeriesInstanceUID=uid,
                SOPInstanceUID="", **keys)  # fmt: skip
    instances = [
        Instance(
            uid=str(one.SOPInstanceUID),
            sop_class=str(one.get("SOPClassUID") or ""),
            number=int(one.get("InstanceNumber") or 0),
            frames=int(one.get("NumberOfFrames") or 0),
            title=_title(one),
        )
        for one in rows
    ]
    return Series(
        uid=uid,
        modality=modality,
        description=str(row.get("SeriesDescription") or "").strip(),
        number=int(row.get("SeriesNumber") or 0),
        instances=sorted(instances, key=lambda one: (one.number, one.uid)),
    )


def _title(document: Dataset) -> str:
    found = document.get("ConceptNameCodeSequence") or []
    return str(found[0].get("CodeValue") or "") if found else ""


def _wanted(study: str, series: str) -> Dataset:
    made = Dataset()
    made.QueryRetrieveLevel = "SERIES"
    made.StudyInstanceUID, made.SeriesInstanceUID = study, series
    return made


def _begun(request: Callable[..., Iterator[Any]], *arguments: object) -> Iterator[Any]:
    """The answers to a request. Raises PacsUnavailable where no context for it was accepted."""
    try:
        return request(*arguments)
    except (ValueError, RuntimeError):
        raise PacsUnavailable("the PACS accepts no such request") from None


def _finished(steps: Iterator[Any]) -> None:
    """Follow sub-operations to their end. Raises PacsUnavailable unless all succeeded."""
    last = None
    for status, _ in steps:
        if not status:
            raise PacsUnavailable("the PACS ended the association")
        last = status
    if last is None or last.Status != 0:
        code = f"{last.Status:04X}" if last is not None else "none"
        raise PacsUnavailable(f"retrieval ended with status {code}")
