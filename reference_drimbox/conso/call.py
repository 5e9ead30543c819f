"""The contextual call of a RIS: its form, its answers, and the calls that wait for their user.

DRIM-M D.1 (specification of the project, 4.6.1).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from threading import Lock
from urllib.parse import parse_qsl
from uuid import uuid4

from reference_drimbox.conso.patient import Patient, of_call

MANDATORY = (
    "Patient.identifier.value", "Patient.identifier.system", "Patient.name.family",
    "Patient.name.given", "Patient.gender", "Patient.birthDate", "Address.district",
    "InformationEtConsentement", "PatientID", "PatientIDIssuer",
)  # fmt: skip
OPTIONAL = ("Situation",)
FORM = "application/x-www-form-urlencoded"
LONGEST_FORM, LONGEST_VALUE = 1 << 15, 512
LIFETIME = 10 * 60.0
MOST_WAITING = 10_000
# No document says which values there are (D-CC-07).
YES = frozenset({"true", "1", "oui", "yes", "o", "y", "consentement", "accord"})
NO = frozenset({"false", "0", "non", "no", "n", "opposition", "refus"})


class Consent(Enum):
    """What the patient said to the consultation of the record (D-CC-07)."""

    GIVEN = "given"
    OPPOSED = "opposed"
    UNKNOWN = "unknown"


class BadCall(ValueError):
    """The call is not as it must be; the text is that of D-CC-05."""


@dataclass(frozen=True, slots=True)
class Call:
    """A contextual call: the patient, what was said of consent, the situation of the user."""

    patient: Patient
    consent: Consent
    situation: str = ""


def read(content_type: str, body: bytes) -> Call:
    """The call of a form. Raises BadCall, for the first thing that is wrong (D-CC-05)."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise BadCall(f"Content-Type is not {FORM}")
    sent = _parameters(body)
    for name in sent:
        if name not in MANDATORY and name not in OPTIONAL:
            raise BadCall(f"unknown parameter found : {name[:64]}")
    for name, value in sent.items():
        if not value.strip():
            raise BadCall(f"parameters without value : {name}")
        if len(value) > LONGEST_VALUE or not value.isprintable():
            raise BadCall(f"parameter with an unreadable value : {name}")
    for name in MANDATORY:
        if name not in sent:
            raise BadCall(f"missing a mandatory parameter : {name}")
    consent = consent_of(sent["InformationEtConsentement"])
    return Call(of_call(sent), consent, sent.get("Situation", "").strip())


def _parameters(body: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            encoding="utf-8",
            errors="strict",
            max_num_fields=64,
        )
    except ValueError:
        raise BadCall("the form is no percent-encoded UTF-8") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise BadCall(f"parameter found twice : {name[:64]}")
        found[name] = value
    return found


def consent_of(value: str) -> Consent:
    """What a value of InformationEtConsentement means; what is not known must be asked."""
    told = value.strip().lower()
    if told in NO:
        return Consent.OPPOSED
    return Consent.GIVEN if told in YES else Consent.UNKNOWN


class Waiting:
    """The calls whose user has not come yet: each is taken once, within ten minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._calls: dict[str, tuple[float, Call]] = {}

    def add(self, call: Call) -> str:
        """What the call is known by in the address of the user interface (D-CC-02)."""
        name, now = str(uuid4()), self._clock()
        with self._lock:
            self._forget(now)
            self._calls[name] = now, call
            while len(self._calls) > MOST_WAITING:
                del self._calls[next(iter(self._calls))]
        return name

    def known(self, name: str) -> bool:
        """Whether the call still waits."""
        with self._lock:
            self._forget(self._clock())
            return name in self._calls

    def take(self, name: str) -> Call | None:
        """The call, for the first who asks after a login."""
        with self._lock:
            self._forget(self._clock())
            found = self._calls.pop(name, None)
        return found[1] if found else None

    def _forget(self, now: float) -> None:
        # The oldest come first: a dictionary keeps the order in which it was filled.
        for name, (since, _) in list(self._calls.items()):
            if now - since <= LIFETIME:
                break
            del self._calls[name]
