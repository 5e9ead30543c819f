"""What the Conso knows of a user between login and logout, and the images that they may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from uuid import uuid4

from reference_drimbox.conso.call import Call, Consent
from reference_drimbox.conso.export import Export
from reference_drimbox.conso.fetching import DELETED, VIEWING, Fetch, Fetches
from reference_drimbox.conso.manifest import Manifest, Series
from reference_drimbox.conso.patient import Patient
from reference_drimbox.conso.professional import Activity, Professional
from reference_drimbox.conso.trail import Who
from reference_drimbox.dmp import Found
from reference_drimbox.oidc import Login, Provider, Refused, Tokens
from reference_drimbox.viewing import Instance, NotOpen, Progress, Study, Trait
from reference_drimbox.viewing import Series as Shown
from reference_drimbox.vihf import Caller

MOST_OPEN = 50


class OtherPatient(Exception):
    """The KOS is of somebody else than the patient in context."""


@dataclass(slots=True)
class Visit:
    """A session. ``asked`` is the contextual call that the user comes for, until they log in."""

    shown: set[str]
    id: str = field(default_factory=lambda: uuid4().hex)
    asked: str = ""
    login: Login | None = None
    tokens: Tokens | None = None
    user: Professional | None = None
    activity: Activity | None = None
    patient: Patient | None = None
    consent: Consent = Consent.UNKNOWN
    situation: str = ""
    authorised: str | None = None
    found: dict[str, Found] = field(default_factory=dict)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    fetches: Fetches | None = None
    lock: Lock = field(default_factory=Lock)

    @property
    def who(self) -> Who:
        return Who(
            self.user.identifier if self.user else "",
            self.activity.structure if self.activity else "",
        )

    @property
    def caller(self) -> Caller | None:
        """In whose name the DMP is asked; None where nobody is logged in for an activity."""
        return self.user.caller(self.activity) if self.user and self.activity else None

    def come_for(self, call: Call) -> None:
        """The user looks at this patient from now on, and at nothing of another."""
        self.forget_patient()
        self.patient, self.consent, self.situation = call.patient, call.consent, call.situation
        if self.user is not None:
            self.activity = self.user.chosen(call.situation) or self.activity

    def forget_patient(self) -> None:
        self.patient, self.consent, self.authorised = None, Consent.UNKNOWN, None
        self.found.clear()
        self.manifests.clear()

    def open(self, manifest: Manifest) -> None:
        """The session has a study open. Raises OtherPatient (INS of the KOS, A-PAT-01)."""
        if self.patient is None:
            self.patient, self.consent = manifest.patient, Consent.GIVEN
        elif not self.patient.same(manifest.patient):
            raise OtherPatient
        else:
            self.patient = self.patient.completed(manifest.patient)
        self.manifests.pop(manifest.study, None)
        self.manifests[manifest.study] = manifest
        while len(self.manifests) > MOST_OPEN:
            del self.manifests[next(iter(self.manifests))]

    def access_token(self, provider: Provider) -> str:
        """An access token that lasts. Raises oidc.Refused, oidc.Unavailable.

        Where the session at the provider is over, the user must log in again, and goes on.
        """
        with self.lock:
            if self.tokens is None:
                raise Refused("nobody is logged in")
            try:
                self.tokens = provider.fresh(self.tokens)
            except Refused:
                self.tokens = None
                raise
            return self.tokens.access


@dataclass(frozen=True, slots=True)
class VisitImages:
    """The images of a session, for the API of the viewer; texts by ``text``."""

    visit: Visit
    text: Callable[[str], str]

    def _manifest(self, study: str) -> Manifest:
        found = self.visit.manifests.get(study)
        if found is None:
            raise NotOpen
        return found

    def _series(self, study: str, series: str) -> tuple[Manifest, Series]:
        manifest = self._manifest(study)
        found = manifest.of(series)
        if found is None:
            raise NotOpen
        return manifest, found

    @property
    def _fetches(self) -> Fetches:
        assert self.visit.fetches is not None
        return self.visit.fetches

    def study(self, study: str) -> Study:
        manifest = self._manifest(study)
        patient = self.visit.patient or manifest.patient
        traits = [
            Trait(name, self.text(f"trait_{name}"), value)
            for name, value in patient.shown(self.visit.shown)
        ]
        series = [self._listed(manifest, one) for one in manifest.series]
        return Study(manifest.study, manifest.description, manifest.date, traits, series)

    def _listed(self, manifest: Manifest, one: Series) -> Shown:
        fetch = self._fetches.known(manifest, one)
        received, state = (len(fetch.received), fetch.state) if fetch else (0, "absent")
        count = len(one.instances)
        return Shown(one.uid, one.modality, one.description, one.number, count, received, state)

    def series(self, study: str, series: str) -> Progress:
        manifest, found = self._series(study, series)
        return self._told(self._fetches.begun(manifest, found))

    def _told(self, fetch: Fetch) -> Progress:
        with fetch.changed:
            here: Mapping[str, object] = dict(fetch.received)
            state, code, size = fetch.state, fetch.code, fetch.bytes
        listed = fetch.series.instances
        reason = self.text(f"code_{code}") if code else ""
        instances = [Instance(one.uid, one.number) for one in listed if one.uid in here]
        return Progress(state, len(listed), instances, size, code, reason)

    def instance(self, study: str, series: str, sop: str) -> Path | None:
        manifest, found = self._series(study, series)
        if all(one.uid != sop for one in found.instances):
            raise NotOpen
        fetch = self._fetches.known(manifest, found) or self._fetches.begun(manifest, found)
        with fetch.changed:
            received = fetch.received.get(sop)
        return received.path if received and received.path.exists() else None

    def sample(self, study: str, series: str) -> Path | None:
        manifest, found = self._series(study, series)
        fetch = self._fetches.known(manifest, found, VIEWING)
        if fetch is not None and fetch.state == DELETED:
            return None
        return self._fetches.sample(manifest, found)
