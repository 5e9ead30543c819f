"""The KOS of a study and what is published with it, by generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from testdata.archive import archive
from testdata.exam import Exam, Study
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.metadata import Lot, publication, sign
from testdata.metadata.submission import utc

FIRST_DAY = 24
"""Day of November 2026 on which the first generation is built, the others a day later each."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The KOS of a study, the ``number``-th one (from 1); each replaces the one before."""

    exam: Exam
    study: Study
    number: int = 1

    @property
    def uid(self) -> str:
        return self.exam.kos_uid(self.study, self.number)

    @property
    def entry_uuid(self) -> str:
        """The entryUUID that the registry gave it."""
        return f"urn:uuid:{self.exam.seed.uuid(f'entry {self.uid}')}"


def kos_file(one: Generation) -> bytes:
    """The KOS as a file."""
    return write(kos_of(one.exam, one.study, generation=one.number))


def lot_of(one: Generation, *, uris: tuple[str, str] = ("", "")) -> Lot:
    """The submission of a generation; of a later one, with the entry that it replaces."""
    exam, kos = one.exam, kos_file(one)
    day = FIRST_DAY + one.number - 1
    built = f"202611{day:02d}101500"
    before = Generation(exam, one.study, one.number - 1)
    submission = exam.seed.uid(f"submission {one.uid}")
    signature = sign(
        identifier=f"id{exam.seed.uuid(f'signature {one.uid}')}",
        submission=submission,
        kos_uid=one.uid,
        kos=kos,
        at=f"2026-11-{day:02d}T10:15:00+01:00",
    )
    return Lot(
        exam=exam,
        study=one.study,
        kos=kos,
        kos_uid=one.uid,
        signature=signature,
        created=utc(built, exam.zone),
        replaces=before.entry_uuid if one.number > 1 else "",
        uris=uris,
    )


def publication_of(one: Generation) -> bytes:
    """The message that publishes it (ITI-41)."""
    return publication(lot_of(one))


def archive_of(generations: Sequence[Generation]) -> bytes:
    """The XDM archive of several."""
    uris = ("KOS_1_1.DCM", "SIGN_1.XML")
    return archive([lot_of(one, uris=uris) for one in generations])
