"""What the Conso keeps for good: contextual calls and accesses (DRIM-M D-CC-10, G-AUD-01)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from sqlalchemy import select

from reference_drimbox.archive import Access, Archive
from reference_drimbox.archive.calls import Call

SUCCESS, ERROR = "succes", "erreur"
CALL_COLUMNS = ("Date", "Nombre_Appel", "Statut_Appel")
ACCESS_COLUMNS = (
    "at", "user", "structure", "patient", "kos", "study", "action", "result",
)  # fmt: skip
PAGE = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Who:
    """Who looks, and for which structure."""

    user: str = ""
    structure: str = ""


class Trail:
    """The two tables, in the archive. Every method raises ArchiveUnavailable."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def call(self, status: str) -> None:
        """A contextual call came (D-CC-10)."""
        with self._archive.writing() as session:
            session.add(Call(status=status))

    def access(
        self,
        who: Who,
        action: str,
        result: str,
        *,
        patient: str = "",
        kos: str = "",
        study: str = "",
    ) -> None:
        """Somebody did something, and what came of it; it is written before they see it."""
        with self._archive.writing() as session:
            session.add(
                Access(
                    user=who.user[:128],
                    structure=who.structure[:256],
                    patient=patient[:128],
                    kos=kos[:64],
                    study=study[:64],
                    action=action[:64],
                    result=result[:64],
                )
            )

    def latest(self, user: str | None = None, most: int = PAGE) -> Sequence[Access]:
        """The accesses, the latest first: of a user, or of all."""
        asked = select(Access).order_by(Access.id.desc()).limit(most)
        if user is not None:
            asked = asked.where(Access.user == user)
        with self._archive.reading() as session:
            return list(session.scalars(asked))

    def calls_csv(self) -> Iterator[str]:
        """A line for each call, under the names of the columns of ModelStat."""
        yield _line(CALL_COLUMNS)
        with self._archive.reading() as session:
            for one in session.scalars(
                select(Call).order_by(Call.id).execution_options(yield_per=PAGE)
            ):
                yield _line((one.at.isoformat(timespec="seconds") + "Z", 1, one.status))

    def accesses_csv(self, user: str | None = None) -> Iterator[str]:
        """A line for each access: of a user, or of all."""
        yield _line(ACCESS_COLUMNS)
        asked = select(Access).order_by(Access.id)
        if user is not None:
            asked = asked.where(Access.user == user)
        with self._archive.reading() as session:
            for one in session.scalars(asked.execution_options(yield_per=PAGE)):
                rest = (getattr(one, name) for name in ACCESS_COLUMNS[1:])
                yield _line((one.at.isoformat(timespec="seconds") + "Z", *rest))


def _line(values: Sequence[Any]) -> str:
    """A line of CSV (RFC 4180); nothing in it is a formula for a spreadsheet."""
    made = StringIO()
    texts = [str(one) for one in values]
    csv.writer(made).writerow(f"'{one}" if one.startswith(FORMULA) else one for one in texts)
    return made.getvalue()
