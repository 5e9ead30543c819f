"""A new generation of a KOS: the study at the PACS is checked, and all of it is made, not sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reference_drimbox import kos, submission
from reference_drimbox.cda import Order, Report
from reference_drimbox.config import Identity
from reference_drimbox.lot_signature import sign
from reference_drimbox.pacs import KEY_OBJECT, Pacs
from reference_drimbox.signing import Signer, new_uid
from reference_drimbox.source.notes import TITLES
from reference_drimbox.study import Instance, Series, Study
from reference_drimbox.submission import Device, Lot


class Impossible(Exception):
    """A KOS that must not be built: a person has to look; the text has nothing of the patient."""


class NotYet(Exception):
    """A study that the PACS has not, and may have later."""


@dataclass(frozen=True, slots=True)
class Made:
    """A generation: its UIDs, and the bytes that are sent."""

    uid: str
    series: str
    submission: str
    kos: bytes
    signature: bytes
    metadata: bytes


@dataclass(frozen=True, slots=True)
class Before:
    """What a generation follows: its number, its own series, and the entryUUID it replaces."""

    number: int = 0
    series: str = ""
    entry: str = ""


class Builder:
    """Builds for one DRIMbox, whose Retrieve URLs begin with ``base``."""

    def __init__(
        self, pacs: Pacs, identity: Identity, base: str, signer: Callable[[str], Signer]
    ) -> None:
        self._pacs, self._identity, self._base, self._signer = pacs, identity, base, signer

    def study(self, uid: str, rejected: frozenset[str]) -> Study:
        """The study, without what was rejected and without rejection notes (A-EVD-12, 13).

        It may have no instance left. Raises NotYet, PacsUnavailable.
        """
        found = self._pacs.study(uid)
        if found is None:
            raise NotYet("the PACS has no such study")
        notes = {
            one.uid
            for series in found.series
            for one in series.instances
            if one.sop_class == KEY_OBJECT and self._title(uid, series, one) in TITLES
        }
        return found.without(rejected | notes)

    def _title(self, study: str, series: Series, instance: Instance) -> str:
        return instance.title or self._pacs.title_of(study, series, instance)

    def build(self, report: Report, study: Study, masks: Sequence[str], before: Before) -> Made:
        """All of a generation. Raises Impossible where study and report do not agree."""
        orders = _orders(report, study)
        at = datetime.now(ZoneInfo(self._identity.timezone))
        uid, series = new_uid(), before.series or new_uid()
        raw = kos.build(
            kos.Plan(
                uid=uid,
                series_uid=series,
                number=before.number + 1,
                at=at,
                base=self._base,
                manufacturer=self._identity.manufacturer,
                report=report,
                orders=orders,
                study=study,
            )
        )
        one = self._identity
        lot = Lot(
            report=report, orders=orders, study=study, masks=masks, kos=raw, kos_uid=uid,
            submission_uid=new_uid(), signature_uid=new_uid(), at=at,
            device=Device(one.identifier, one.name, one.oid), replaces=before.entry,
        )  # fmt: skip
        signature = sign(
            lot, self._signer(report.authenticator.structure or report.author.structure)
        )
        metadata = submission.request(lot, signature)
        return Made(uid, series, lot.submission_uid, raw, signature, metadata)


def _orders(report: Report, study: Study) -> list[Order]:
    """The orders of the report that the study fulfils: those of its accession numbers.

    Raises Impossible where there is none, or where the patient is another (B-KI-05, 06).
    """
    local = report.patient.local.extension
    if local and study.local_id and local != study.local_id:
        raise Impossible("the local patient identifier of the study is not that of the report")
    found = [one for one in report.orders if one.accession.extension in study.accessions]
    if not found:
        raise Impossible("no accession number of the report is that of the study")
    return found
