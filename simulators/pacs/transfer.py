"""C-STORE: what is proposed for a file, and the encoding in which it is sent (PS3.4 B)."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pydicom import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, build_context, evt
from pynetdicom.presentation import PresentationContext

from simulators.faults import Fault
from simulators.pacs.archive import Held, held
from simulators.pacs.stages import Operation, adjusted, rewritten
from simulators.wado_server.syntaxes import frames

UNCOMPRESSED = (str(ExplicitVRLittleEndian), str(ImplicitVRLittleEndian))
MOST_CONTEXTS = 128
"""Presentation contexts that one association may propose (PS3.8 9.3.2.2)."""
BETWEEN = 0.002
"""Seconds between two messages of one association. The thread that pynetdicom pauses while it waits
for an answer wakes after it; one that has not woken yet takes the next answer for a request
(``Association._run_reactor`` of 3.0.4)."""
SECONDS = 30.0
REFUSED = 0x0122
"""Status of a sub-operation for which no context was accepted (PS3.7 C.5.17)."""

logging.getLogger("pynetdicom").addHandler(logging.NullHandler())


class NoAssociation(Exception):
    """The other side could not be reached or refused the association; the message is one line."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one instance: its UID and the status of its C-STORE, None without answer."""

    uid: str
    status: int | None


def without_delay(event: Any) -> None:
    """Send at once: with Nagle's algorithm each message waits for a delayed acknowledgement."""
    event.assoc.dul.socket.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def proposed(instances: Iterable[Held]) -> list[PresentationContext]:
    """Contexts for these instances: each stored syntax alone, then what is uncompressed.

    One syntax in a context, as the acceptor would choose one of several for all instances.
    """
    pairs = dict.fromkeys((one.sop_class, one.syntax) for one in instances)
    classes = dict.fromkeys(sop_class for sop_class, _ in pairs)
    wanted = [build_context(sop_class, syntax) for sop_class, syntax in pairs]
    for sop_class in classes:
        left = [syntax for syntax in UNCOMPRESSED if (sop_class, syntax) not in pairs]
        wanted += [build_context(sop_class, syntax) for syntax in left]
    return wanted[:MOST_CONTEXTS]


def as_accepted(document: Dataset, accepted: Iterable[PresentationContext]) -> Dataset:
    """The instance in its own syntax where that was accepted, else decoded where it can be.

    An instance for which nothing fits is given back as it is, and its C-STORE then fails.
    """
    syntax = str(document.file_meta.TransferSyntaxUID)
    there = {
        str(one.transfer_syntax[0])
        for one in accepted
        if one.abstract_syntax == document.SOPClassUID and one.transfer_syntax
    }
    if syntax in there or not there & set(UNCOMPRESSED):
        return document
    if UID(syntax).is_compressed and "PixelData" in document:
        with suppress(RuntimeError, ValueError):
            _decode(document)
    # Between the two that are uncompressed, pynetdicom encodes as the context says.
    return document


def _decode(document: Dataset) -> None:
    """Write the pixels uncompressed (PS3.5 8.1). Raises ValueError where no codec reads them."""
    pixels = frames(document)
    document.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    document["PixelData"].VR = "OW" if document.BitsAllocated > 8 else "OB"
    document["PixelData"].is_undefined_length = False
    if document.SamplesPerPixel > 1:
        document.PlanarConfiguration, document.PhotometricInterpretation = 0, "RGB"
    document.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian


def rewriting(faults: Sequence[Fault]) -> Any:
    """A handler that gives the faults the encoded data set of each C-STORE that is sent."""

    def sent(event: Any) -> None:
        message = event.message
        is_store = message.command_set.CommandField == 0x0001
        if is_store and message.data_set:
            message.data_set = BytesIO(rewritten(message.data_set.getvalue(), faults))

    return sent


def send(
    files: Sequence[bytes],
    to: tuple[str, int],
    *,
    called: str = "ANY-SCP",
    calling: str = "PACS",
    faults: Sequence[Fault] = (),
) -> list[Sent]:
    """Send files by C-STORE in one association; what became of each.

    Raises NoAssociation, and NotAnInstance for what is no DICOM file.
    """
    instances = [held(raw) for raw in files]
    entity = AE(calling)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = SECONDS
    entity.connection_timeout = SECONDS
    handlers: list[Any] = [
        (evt.EVT_CONN_OPEN, without_delay),
        (evt.EVT_DIMSE_SENT, rewriting(faults)),
    ]
    association = entity.associate(
        *to, contexts=proposed(instances), ae_title=called, evt_handlers=handlers
    )
    if not association.is_established:
        raise NoAssociation(f"{called} at {to[0]}:{to[1]} took no association")
    try:
        return [
            _stored(association, one, number, faults)
            for number, one in enumerate(instances, start=1)
        ]
    finally:
        if association.is_established:
            association.release()


def _stored(association: Any, one: Held, number: int, faults: Sequence[Fault]) -> Sent:
    document = as_accepted(one.dataset(), association.accepted_contexts)
    operation = adjusted(Operation(document, number), faults)
    if operation.abort:
        association.abort()
    if not association.is_established:
        return Sent(one.uid, None)
    time.sleep(BETWEEN)
    try:
        answer = association.send_c_store(operation.dataset, msg_id=number % 0xFFFF + 1)
    except (ValueError, AttributeError, RuntimeError):
        return Sent(one.uid, REFUSED)
    return Sent(str(operation.dataset.SOPInstanceUID), answer.get("Status"))
