"""The page of a study, its images for the viewer, its export; the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from reference_drimbox.conso.exams import Exams
from reference_drimbox.conso.export import Export
from reference_drimbox.conso.fetching import RUNNING
from reference_drimbox.conso.forms import Form, first
from reference_drimbox.conso.rendering import message, page, texts, to
from reference_drimbox.conso.service import Service
from reference_drimbox.conso.visit import Visit, VisitImages

MOST_EXPORTS = 100
CSV = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True, slots=True)
class Studies:
    """The pages of what is open."""

    service: Service
    exams: Exams

    def images(self, request: Request) -> VisitImages:
        """The images of the session of a request. Raises HTTPException 401, 403."""
        visit = self.exams.ready(request)
        if isinstance(visit, Response):
            raise HTTPException(403 if visit.status_code == 403 else 401)
        return VisitImages(visit, texts(request))

    def list(self, request: Request) -> Response:
        """The exams that the session has open."""
        visit = self.exams.ready(request)
        if isinstance(visit, Response):
            return visit
        return page(request, visit, "studies", studies=list(visit.manifests.values()))

    def study(self, request: Request) -> Response:
        visit = self.exams.ready(request)
        if isinstance(visit, Response):
            return visit
        manifest = visit.manifests.get(request.path_params["study"])
        if manifest is None:
            return message(request, visit, "exam_unknown", 404)
        shown = VisitImages(visit, texts(request)).study(manifest.study)
        exports = [one for one in visit.exports.values() if one.manifest.study == manifest.study]
        return page(
            request,
            visit,
            "study",
            study=shown,
            manifest=manifest,
            targets=self.service.exporter.targets,
            exports=exports,
        )

    def fetch(self, request: Request, _form: Form) -> Response:
        """Begin the retrieval of a series, and see how far it is."""
        visit = self.exams.ready(request)
        if isinstance(visit, Response):
            return visit
        study, series = request.path_params["study"], request.path_params["series"]
        manifest = visit.manifests.get(study)
        found = manifest.of(series) if manifest else None
        if manifest is None or found is None or visit.fetches is None:
            return message(request, visit, "exam_unknown", 404)
        visit.fetches.begun(manifest, found)
        return to(f"/studies/{study}")

    def export(self, request: Request, form: Form) -> Response:
        """Export series of a study, all where none is named."""
        visit = self.exams.ready(request)
        if isinstance(visit, Response):
            return visit
        manifest = visit.manifests.get(request.path_params["study"])
        target, wanted = first(form, "target"), form.get("series", [])
        if manifest is None or target not in self.service.exporter.targets:
            return message(request, visit, "exam_unknown", 404)
        chosen = [one for one in manifest.series if one.uid in wanted] or list(manifest.series)
        running = sum(one.state == RUNNING for one in visit.exports.values())
        if running >= MOST_EXPORTS:
            return message(request, visit, "busy", 503)
        one = Export(manifest, chosen, target, sum(len(each.instances) for each in chosen))
        self.service.export(visit, one)
        return to(f"/exports/{one.id}")

    def exported(self, request: Request) -> Response:
        visit = self.exams.ready(request)
        if isinstance(visit, Response):
            return visit
        one = visit.exports.get(request.path_params["export"])
        if one is None:
            return message(request, visit, "exam_unknown", 404)
        return page(request, visit, "export", export=one)

    def export_state(self, request: Request) -> Response:
        """How far an export is."""
        visit = self.images(request).visit
        one = visit.exports.get(request.path_params["export"])
        if one is None:
            raise HTTPException(404)
        text = texts(request)
        told = one.told()
        told["label"] = text(f"export_{one.state}")
        told["why"] = text(f"code_{one.code}") if one.code else ""
        return JSONResponse(told)

    def audit(self, request: Request) -> Response:
        """The accesses: those of the user, or all for who may see them (G-AUD-01)."""
        visit = self._reader(request)
        if isinstance(visit, Response):
            return visit
        rows = self.service.trail.latest(self._whose(visit))
        return page(request, visit, "audit", rows=rows)

    def audit_csv(self, request: Request) -> Response:
        visit = self._reader(request)
        if isinstance(visit, Response):
            return visit
        lines = self.service.trail.accesses_csv(self._whose(visit))
        return _download(StreamingResponse(lines, media_type=CSV), "accesses.csv")

    def calls_csv(self, request: Request) -> Response:
        """The contextual calls, for the indicators (D-CC-10)."""
        visit = self._reader(request)
        if isinstance(visit, Response):
            return visit
        lines = self.service.trail.calls_csv()
        return _download(StreamingResponse(lines, media_type=CSV), "ModelStat.csv")

    def _reader(self, request: Request) -> Visit | Response:
        visit = self.service.sessions.of(request)
        if visit is None or (self.service.provider is not None and visit.user is None):
            return to("/")
        return visit

    def _whose(self, visit: Visit) -> str | None:
        """None where the user may see the accesses of all."""
        user = visit.who.user
        everyone = self.service.provider is None or user in self.service.settings.data.auditors
        return None if everyone else user


def _download(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
