"""Contextual call, login, activity, consent, logout (DRIM-M D.1, E)."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from reference_drimbox.archive import ArchiveUnavailable
from reference_drimbox.conso import call, rendering
from reference_drimbox.conso.call import BadCall, Consent
from reference_drimbox.conso.forms import Form, body, first
from reference_drimbox.conso.patient import TRAITS
from reference_drimbox.conso.professional import of_claims
from reference_drimbox.conso.rendering import message, page, to
from reference_drimbox.conso.service import Service
from reference_drimbox.conso.trail import ERROR, SUCCESS
from reference_drimbox.conso.visit import Visit
from reference_drimbox.oidc import Refused, Unavailable

log = logging.getLogger(__name__)
SEARCH, IMPORT = "/search", "/import"


@dataclass(frozen=True, slots=True)
class Login:
    """The pages on the way to a search."""

    service: Service

    async def call(self, request: Request) -> Response:
        """The contextual call of a RIS (D-CC-01 to D-CC-05, D-CC-10)."""
        try:
            raw = await body(request, call.LONGEST_FORM)
        except HTTPException:
            await run_in_threadpool(self._counted, ERROR)
            raise
        return await run_in_threadpool(self._called, request, raw)

    def _called(self, request: Request, raw: bytes) -> Response:
        try:
            found = call.read(request.headers.get("Content-Type", ""), raw)
        except BadCall as problem:
            self._counted(ERROR)
            return PlainTextResponse(str(problem), 400)
        if not self._counted(SUCCESS):
            return PlainTextResponse("the call cannot be kept now", 503)
        name = self.service.waiting.add(found)
        return RedirectResponse(f"{self.service.settings.base}/?uuid={name}", 303)

    def _counted(self, status: str) -> bool:
        try:
            self.service.trail.call(status)
        except ArchiveUnavailable:
            log.exception("a contextual call could not be counted")
            return False
        return True

    def home(self, request: Request) -> Response:
        """Where a contextual call leads, and where a user begins without one."""
        visit = self.service.sessions.of(request)
        asked = request.query_params.get("uuid", "")
        if asked:
            return self._come(request, visit, asked)
        if visit is None or (self.service.provider is not None and visit.user is None):
            return page(request, visit, "home", psc=self.service.provider is not None)
        return to(self._next(visit))

    def _come(self, request: Request, visit: Visit | None, asked: str) -> Response:
        if not self.service.waiting.known(asked):
            return message(request, visit, "call_unknown", 404)
        begun = visit or self.service.visit()
        begun.asked = asked
        if self.service.provider is None or begun.user is not None:
            answer = to(self._claimed(begun))
        else:
            answer = to("/login")
        if visit is None:
            self.service.sessions.begin(answer, begun)
        return answer

    def _claimed(self, visit: Visit) -> str:
        """Take the call that the user came for; where they go on."""
        found = self.service.waiting.take(visit.asked) if visit.asked else None
        visit.asked = ""
        if found is not None:
            visit.come_for(found)
            self.service.noted(visit, "call", found.consent.value)
        return self._next(visit)

    def _next(self, visit: Visit) -> str:
        return needs(self.service, visit) or (SEARCH if visit.patient else IMPORT)

    def login(self, request: Request) -> Response:
        """To Pro Santé Connect (E-PSC-02); without it, straight on."""
        found = self.service.sessions.of(request)
        visit = found or self.service.visit()
        if self.service.provider is None:
            answer = to(self._next(visit))
        else:
            try:
                visit.login = self.service.provider.start(self.service.settings.redirect_uri)
            except Unavailable as problem:
                log.error("login: %s", problem)
                return message(request, found, "psc_down", 502)
            answer = RedirectResponse(visit.login.url, 303)
        if found is None:
            self.service.sessions.begin(answer, visit)
        return answer

    def callback(self, request: Request) -> Response:
        """Back from Pro Santé Connect (E-PSC-03, E-PSC-04)."""
        service = self.service
        visit = service.sessions.of(request)
        login = visit.login if visit else None
        if visit is None or login is None or service.provider is None:
            return message(request, visit, "login_unknown", 400)
        visit.login = None
        try:
            tokens = service.provider.finish(login, dict(request.query_params))
            user = of_claims(service.provider.userinfo(tokens))
        except Refused as problem:
            log.warning("login refused: %s", problem)
            service.noted(visit, "login", "refused")
            return message(request, visit, "login_refused", 403)
        except Unavailable as problem:
            log.error("login: %s", problem)
            return message(request, visit, "psc_down", 502)
        if visit.user is not None and visit.user.identifier != user.identifier:
            asked, visit = visit.asked, service.visit()
            visit.asked = asked
        visit.tokens, visit.user = tokens, user
        visit.activity = visit.activity or user.chosen(visit.situation)
        service.noted(visit, "login", "ok")
        answer = to(self._claimed(visit))
        # Whoever knew the name of the session before the login does not know it after.
        service.sessions.begin(answer, visit, instead_of=request)
        return answer

    def activity(self, request: Request) -> Response:
        """The choice of an activity (E-PSC-12)."""
        visit = self.service.sessions.of(request)
        if visit is None or visit.user is None:
            return to("/login")
        if not visit.user.activities:
            return message(request, visit, "no_activity", 403)
        return page(request, visit, "activity", activities=visit.user.activities)

    def choose(self, request: Request, form: Form) -> Response:
        visit = self.service.sessions.of(request)
        if visit is None or visit.user is None:
            return to("/login")
        chosen = first(form, "activity")
        if chosen.isdecimal() and int(chosen) < len(visit.user.activities):
            visit.activity = visit.user.activities[int(chosen)]
            visit.authorised = None
            visit.found.clear()
            self.service.noted(visit, "activity", "ok")
        return to(self._next(visit))

    def consent(self, request: Request) -> Response:
        """What the call does not say is asked (D-CC-07)."""
        visit = self.service.sessions.of(request)
        if visit is None or visit.patient is None:
            return to("/")
        return page(request, visit, "consent")

    def consented(self, request: Request, form: Form) -> Response:
        visit = self.service.sessions.of(request)
        if visit is None or visit.patient is None:
            return to("/")
        if visit.consent is Consent.UNKNOWN and first(form, "consent") in ("given", "opposed"):
            visit.consent = Consent(first(form, "consent"))
            self.service.noted(visit, "consent", visit.consent.value)
        return to(self._next(visit))

    def traits(self, request: Request, form: Form) -> Response:
        """Which traits of the identity are shown (D-UI-02)."""
        visit = self.service.sessions.of(request)
        if visit is not None:
            visit.shown = {one for one in form.get("trait", ()) if one in TRAITS}
        back = first(form, "back")
        return to(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")

    def logout(self, request: Request, _form: Form) -> Response:
        """The end of the session here, then at Pro Santé Connect."""
        visit = self.service.sessions.of(request)
        further = ""
        if visit is not None and visit.tokens is not None and self.service.provider is not None:
            try:
                base = f"{self.service.settings.base}/"
                further = self.service.provider.logout(visit.tokens, base)
            except Unavailable as problem:
                log.error("logout: %s", problem)
            self.service.noted(visit, "logout", "ok")
        answer = rendering.page(request, None, "logout", further=further)
        self.service.sessions.end(request, answer)
        return answer


def needs(service: Service, visit: Visit) -> str:
    """What must be done before anything of a patient is shown; "" where nothing is."""
    if service.provider is not None:
        if visit.user is None or visit.tokens is None:
            return "/login"
        if visit.activity is None:
            return "/activity"
    if visit.patient is not None and visit.consent is Consent.UNKNOWN:
        return "/consent"
    return ""
