"""The way to the viewer: the link is checked, the user logs in, the study is open to the session.

What a session has open is what its links named; the images come by ``reference_drimbox.viewing``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from reference_drimbox import cda, viewing
from reference_drimbox.archive import Access, Archive
from reference_drimbox.archive.holdings import Held, Holdings
from reference_drimbox.archive.reports import report_of
from reference_drimbox.oidc import Login, Provider, Refused, Tokens, Unavailable
from reference_drimbox.sessions import Sessions
from reference_drimbox.source import guard
from reference_drimbox.source.images import Images, Retrieval
from reference_drimbox.source.links import check, link_of
from reference_drimbox.viewer import mount
from reference_drimbox.viewing import NotOpen, Progress, Trait

CALLBACK = "/psc/callback"
LABELS = {
    "fr": ("Nom de naissance", "Premier prénom", "Date de naissance", "Sexe", "Lieu de naissance"),
    "en": ("Birth name", "First given name", "Date of birth", "Sex", "Place of birth"),
}
NAMES = ("birth_name", "given_name", "birth_date", "sex", "birthplace")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Visit:
    """A user: a login in progress, then tokens; the studies that are open, and what is read."""

    login: Login | None = None
    tokens: Tokens | None = None
    asked: str = ""
    opened: dict[str, Held] = field(default_factory=dict)
    coming: dict[tuple[str, str], Retrieval] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)
    lock: Lock = field(default_factory=Lock)


def leave(visit: Visit) -> None:
    """The images of a session may go from the disk."""
    visit.stack.close()


@dataclass(frozen=True, slots=True)
class Viewer:
    """The viewer of one Source. ``provider`` is None where nobody may log in."""

    archive: Archive
    holdings: Holdings
    images: Images
    provider: Provider | None
    redirect_uri: str
    sessions: Sessions[Visit]

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/IHEInvokeImageDisplay", self.invoked, methods=["GET"]),
            Route(CALLBACK, self.returned, methods=["GET"]),
            *viewing.routes(self._of),
            mount("/viewer"),
        ]

    def invoked(self, request: Request) -> Response:
        """A link was followed: to the login, or to the viewer."""
        study = ""
        try:
            link = link_of(request.query_params)
            study = link.study
            held = self.holdings.of(study)
            check(link, report_of(self.archive, held.report.id) if held else None)
            assert held is not None
            return self._opened(request, held)
        except guard.Refused as problem:
            self._trace("", "", study, str(problem.status))
            return problem.response()
        except Unavailable as problem:
            log.error("nobody can log in: %s", problem)
            return guard.Refused(503, "Pro Santé Connect does not answer").response()

    def _opened(self, request: Request, held: Held) -> Response:
        if self.provider is None:
            raise guard.Refused(403, "nobody logs in here")
        visit = self.sessions.of(request) or Visit()
        study = held.manifest.study
        visit.opened[study] = held
        visit.asked = study
        if visit.tokens is not None:
            try:
                visit.tokens = self.provider.fresh(visit.tokens)
                return self._shown(visit)
            except Refused:
                visit.tokens = None
        visit.login = self.provider.start(self.redirect_uri)
        answer = RedirectResponse(visit.login.url, 302, viewing.NO_STORE)
        self.sessions.begin(answer, visit, request)
        return answer

    def returned(self, request: Request) -> Response:
        """The user comes back from Pro Santé Connect."""
        visit = self.sessions.of(request)
        if visit is None or visit.login is None or self.provider is None:
            return guard.Refused(400, "no login is in progress; follow the link again").response()
        login, visit.login = visit.login, None
        try:
            visit.tokens = self.provider.finish(login, dict(request.query_params))
        except Refused as problem:
            log.warning("login refused: %s", problem)
            self._trace("", "", visit.asked, "403")
            return guard.Refused(403, "the login was refused").response()
        except Unavailable as problem:
            log.error("nobody can log in: %s", problem)
            return guard.Refused(503, "Pro Santé Connect does not answer").response()
        answer = self._shown(visit)
        self.sessions.begin(answer, visit, request)
        return answer

    def _shown(self, visit: Visit) -> Response:
        held = visit.opened[visit.asked]
        user = visit.tokens.subject if visit.tokens else ""
        self._trace(user, held.report.patient, visit.asked, "opened", held.manifest.uid)
        query = urlencode({"study": visit.asked})
        return RedirectResponse(f"/viewer/?{query}", 303, viewing.NO_STORE)

    def _trace(self, user: str, patient: str, study: str, result: str, kos: str = "") -> None:
        with self.archive.writing() as session:
            session.add(Access(user=user[:128], structure="", patient=patient, kos=kos,
                               study=study[:64], action="viewer", result=result))  # fmt: skip

    def _of(self, request: Request) -> viewing.Images:
        """The images of the session of a request; only of a user who is logged in."""
        visit = self.sessions.of(request)
        if visit is None or visit.tokens is None:
            raise HTTPException(401)
        language = request.query_params.get("lang") or "fr"
        return Opened(visit, self.archive, self.images, "en" if language == "en" else "fr")


@dataclass(frozen=True, slots=True)
class Opened:
    """The images that a session may see (reference_drimbox.viewing)."""

    visit: Visit
    archive: Archive
    images: Images
    language: str

    def _held(self, study: str) -> Held:
        found = self.visit.opened.get(study)
        if found is None:
            raise NotOpen
        return found

    def study(self, study: str) -> viewing.Study:
        held = self._held(study)
        report = report_of(self.archive, held.report.id)
        act = report.act_of(study)
        series = []
        for one in held.series:
            coming = self.visit.coming.get((study, one.uid))
            made = viewing.Series(one.uid, one.modality, one.description, one.number or None,
                                  len(one.instances))  # fmt: skip
            if coming is not None:
                state = "failed" if coming.failed else "done" if coming.done else "running"
                made = viewing.Series(one.uid, one.modality, one.description, one.number or None,
                                      len(one.instances), len(coming.paths), state)  # fmt: skip
            series.append(made)
        return viewing.Study(study, act.code.display, act.low[:8], self._traits(report), series)

    def _traits(self, report: cda.Report) -> Sequence[Trait]:
        one = report.patient
        date = one.birth_date
        if len(date) == 8:
            date = datetime.strptime(date, "%Y%m%d").strftime("%d/%m/%Y")
        values = (one.birth_name, one.first_given, date, one.sex, one.birthplace)
        rows = zip(NAMES, LABELS[self.language], values, strict=True)
        return [Trait(*row) for row in rows]

    def _retrieval(self, study: str, series: str) -> Retrieval:
        """The retrieval of a series, begun where it was not, anew where it failed."""
        held = self._held(study)
        found = next((one for one in held.series if one.uid == series), None)
        if found is None:
            raise NotOpen
        with self.visit.lock:
            coming = self.visit.coming.get((study, series))
            if coming is None or coming.failed:
                coming = self.visit.stack.enter_context(self.images.series(study, found))
                self.visit.coming[study, series] = coming
            return coming

    def series(self, study: str, series: str) -> Progress:
        coming = self._retrieval(study, series)
        held = self._held(study)
        listed = next(one for one in held.series if one.uid == series)
        here = [
            viewing.Instance(one.uid, one.number or None)
            for one in listed.instances
            if one.uid in coming.paths
        ]
        state, code, reason = "running", 0, ""
        if coming.failed:
            state, code, reason = "failed", 502, "Le PACS ne répond pas."
        elif coming.done and not here:
            state, code = "deleted", 410
        elif coming.done:
            state, code = "done", 0 if len(here) == len(listed.instances) else 410
        total = len(listed.instances)
        return Progress(state, total, here, code=code, reason=reason)

    def instance(self, study: str, series: str, sop: str) -> Path | None:
        held = self._held(study)
        listed = [one for one in held.series if one.uid == series]
        if not any(it.uid == sop for one in listed for it in one.instances):
            raise NotOpen
        return self._retrieval(study, series).paths.get(sop)

    def sample(self, study: str, series: str) -> Path | None:
        here = self.series(study, series).instances
        return self.instance(study, series, here[len(here) // 2].uid) if here else None
