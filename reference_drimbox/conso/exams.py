"""Search in the DMP, the exams that are open, import by hand (DRIM-M F.1, D-CC-07, E-PSC-12)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from reference_drimbox.conso import codes, manifest, upload
from reference_drimbox.conso.call import Consent
from reference_drimbox.conso.forms import Form, first
from reference_drimbox.conso.login import needs
from reference_drimbox.conso.manifest import Manifest, NotManifest
from reference_drimbox.conso.rendering import language, message, page, to
from reference_drimbox.conso.service import Service
from reference_drimbox.conso.visit import OtherPatient, Visit
from reference_drimbox.dmp import Filters, Found, NotUnderstood, Refused, Unavailable
from reference_drimbox.vihf import Caller

log = logging.getLogger(__name__)
VALID = "VALIDE"
PARIS = ZoneInfo("Europe/Paris")
_DTM = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Row:
    """An exam as the list shows it."""

    unique_id: str
    title: str
    date: str
    modalities: str
    regions: str
    institution: str


@dataclass(frozen=True, slots=True)
class Exams:
    """The pages of search, of exams and of import."""

    service: Service

    def ready(self, request: Request) -> Visit | Response:
        """The session, where it may see something of its patient; else where to go."""
        visit = self.service.sessions.of(request)
        if visit is None:
            return to("/")
        missing = needs(self.service, visit)
        if missing:
            return to(missing)
        if visit.patient is not None and visit.consent is Consent.OPPOSED:
            return message(request, visit, "opposed", 403)
        return visit

    def search(self, request: Request) -> Response:
        """TD0.2 once, then TD3.1 with the filters of the form (F-TD-11)."""
        visit = self.ready(request)
        if isinstance(visit, Response):
            return visit
        caller = visit.caller
        if visit.patient is None:
            return to("/import")
        if caller is None:
            return page(request, visit, "search", **self._form(request), rows=None)
        return self._asked(request, visit, lambda: self._search(request, visit, caller))

    def _search(self, request: Request, visit: Visit, caller: Caller) -> Response:
        assert visit.patient is not None
        refusal = self._authorised(request, visit, caller)
        if refusal is not None:
            return refusal
        filters = filters_of(request)
        found = self.service.dmp.find(caller, visit.patient.identifier, filters)
        visit.found = {one.unique_id: one for one in found}
        self.service.noted(visit, "search", str(len(found)))
        ordered = sorted(found, key=lambda one: one.started or one.created, reverse=True)
        rows = [row_of(one, language(request)) for one in ordered]
        return page(request, visit, "search", **self._form(request), rows=rows)

    def _authorised(self, request: Request, visit: Visit, caller: Caller) -> Response | None:
        """Where the record may not be looked into, the page that says so (F-TD-01)."""
        assert visit.patient is not None
        if visit.authorised is None:
            patient = visit.patient
            found = self.service.dmp.authorisation(caller, patient.ins, patient.ins_oid)
            visit.authorised = found
            self.service.noted(visit, "authorisation", found or "absent")
        if visit.authorised == VALID:
            return None
        told, visit.authorised = visit.authorised, None
        return message(request, visit, "forbidden" if told else "no_record", 403)

    def _form(self, request: Request) -> dict[str, Any]:
        at = 0 if language(request) == "fr" else 1
        regions = {code: names[at] for code, names in codes.REGIONS.items()}
        asked = request.query_params
        return {
            "modalities": codes.MODALITIES,
            "regions": regions,
            "chosen": {
                "modality": asked.getlist("modality"),
                "region": asked.getlist("region"),
                "from": asked.get("from", ""),
                "to": asked.get("to", ""),
            },
        }

    def open(self, request: Request, form: Form) -> Response:
        """TD3.2: the KOS of an exam that was found."""
        visit = self.ready(request)
        if isinstance(visit, Response):
            return visit
        found, caller = visit.found.get(first(form, "exam")), visit.caller
        if found is None or caller is None or visit.patient is None:
            return message(request, visit, "exam_unknown", 404)
        patient = visit.patient.identifier

        def retrieve() -> Response:
            raw = self.service.dmp.retrieve(caller, patient, found.repository, found.unique_id)
            return self._opened(request, visit, [manifest.read(raw)], "open")

        return self._asked(request, visit, retrieve)

    def importing(self, request: Request) -> Response:
        visit = self.ready(request)
        return visit if isinstance(visit, Response) else page(request, visit, "import")

    def imported(self, request: Request, raw: bytes) -> Response:
        """A KOS or an XDM archive that the user brings."""
        visit = self.ready(request)
        if isinstance(visit, Response):
            return visit
        try:
            return self._opened(request, visit, upload.read(raw), "import")
        except NotManifest as problem:
            return self._unread(request, visit, problem)

    def _unread(self, request: Request, visit: Visit, problem: NotManifest) -> Response:
        self.service.noted(visit, "open", "unreadable")
        return message(request, visit, "no_manifest", 422, str(problem))

    def _opened(
        self, request: Request, visit: Visit, found: list[Manifest], action: str
    ) -> Response:
        for one in found:
            try:
                visit.open(one)
            except OtherPatient:
                self.service.noted(visit, action, "other patient", one)
                return message(request, visit, "other_patient", 409)
            self.service.noted(visit, action, "ok", one)
        return to(f"/studies/{found[0].study}")

    def _asked(self, request: Request, visit: Visit, ask: Callable[[], Response]) -> Response:
        """What the DMP makes possible, or the page that says why not."""
        try:
            return ask()
        except NotManifest as problem:
            return self._unread(request, visit, problem)
        except Refused as problem:
            self.service.noted(visit, "dmp", "refused")
            return message(request, visit, "dmp_refused", 403, ", ".join(problem.codes))
        except (Unavailable, NotUnderstood) as problem:
            # The reason of a fault is a text of others, which may tell of the patient.
            log.error("DMP: %s", type(problem).__name__)
            self.service.noted(visit, "dmp", "unavailable")
            return message(request, visit, "dmp_down", 502)


def filters_of(request: Request) -> Filters:
    """The filters of the form; what is not of the value sets is left out."""
    asked = request.query_params
    return Filters(
        modalities=[one for one in asked.getlist("modality") if one in codes.MODALITIES],
        regions=[one for one in asked.getlist("region") if one in codes.REGIONS],
        created_from=_moment(asked.get("from", ""), 0),
        created_to=_moment(asked.get("to", ""), 1),
    )


def _moment(day: str, later: int) -> str:
    """The beginning of a day, or of the one after it, as a DTM in UTC (ITI TF-3 4.2.3.1.7)."""
    try:
        found = date.fromisoformat(day) + timedelta(days=later)
    except (ValueError, OverflowError):
        return ""
    local = datetime(found.year, found.month, found.day, tzinfo=PARIS)
    return local.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def row_of(found: Found, lang: str) -> Row:
    """What the list shows of a document entry."""
    at = 0 if lang == "fr" else 1
    modalities = [one.code for one in found.events if one.system in codes.MODALITY_SYSTEMS]
    regions = [
        codes.REGIONS[one.code][at] if one.code in codes.REGIONS else one.display or one.code
        for one in found.events
        if one.system in codes.REGION_SYSTEMS
    ]
    day = _DTM.match(found.started or found.created)
    return Row(
        found.unique_id,
        found.title,
        f"{day[3]}/{day[2]}/{day[1]}" if day else "",
        ", ".join(dict.fromkeys(modalities)),
        ", ".join(dict.fromkeys(regions)),
        ", ".join(dict.fromkeys(one.partition("^")[0] for one in found.institutions)),
    )
