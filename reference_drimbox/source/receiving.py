"""What arrives: messages of the RIS and notes of the PACS, committed before they are answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from reference_drimbox import hl7, orders
from reference_drimbox.archive import Archive, ArchiveUnavailable, inbox
from reference_drimbox.hl7 import Unreadable
from reference_drimbox.source.notes import NotANote, note_of

log = logging.getLogger(__name__)
INTERNAL = "207"
SUCCESS, OUT_OF_RESOURCES, CANNOT_UNDERSTAND = 0x0000, 0xA700, 0xC000


class Receiver:
    """Takes messages and notes into the inbox; ``arrived`` is told of each new one."""

    def __init__(self, archive: Archive, zone: str, arrived: Callable[[], None]) -> None:
        self._archive, self._zone, self._arrived = archive, ZoneInfo(zone), arrived

    def message(self, raw: bytes) -> bytes:
        """The acknowledgement of a message: AA once it is committed, AE for one that is wrong
        and will be so again, AR where it may be sent again later (CI-SIS, ACK).
        """
        at = datetime.now(self._zone)
        try:
            message = hl7.read(raw)
            asked = orders.understood(message)
            new = inbox.receive(self._archive, inbox.HL7, message.control_id, raw, asked.studies)
        except Unreadable as problem:
            log.warning("message refused: %s %s", problem.code, problem.place)
            return hl7.acknowledgement(raw, "AE", problem, at)
        except ArchiveUnavailable as problem:
            log.error("message not taken, archive unavailable: %s", problem)
            busy = Unreadable(INTERNAL, "the archive is not available")
            return hl7.acknowledgement(raw, "AR", busy, at)
        except Exception as problem:  # noqa: BLE001 - the queue must go on
            # Its text may quote the message, which has a patient in it.
            log.error("message refused: %s", type(problem).__name__)
            return hl7.acknowledgement(raw, "AE", Unreadable(INTERNAL, "not understood"), at)
        log.info("message %s %s", message.kind, "taken" if new else "known already")
        self._arrived()
        return hl7.acknowledgement(raw, "AA", None, at)

    def note(self, raw: bytes) -> int:
        """The status of a C-STORE of a rejection note (A-UPD-07; PS3.4 B.2.3)."""
        try:
            found = note_of(raw)
            inbox.receive(self._archive, inbox.IOCM, found.uid, raw, [found.study])
        except NotANote as problem:
            log.warning("object refused: %s", problem)
            return CANNOT_UNDERSTAND
        except ArchiveUnavailable:
            return OUT_OF_RESOURCES
        log.info("rejection note taken")
        self._arrived()
        return SUCCESS
