"""The VIHF as a whole: presence, version, issuer, subject, time (DRIM-M F-VI-01, 04; SAML 2.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from validators.conversation.roles import DELETE, PUBLISH, USERINFO
from validators.conversation.subject import Conversation
from validators.conversation.turn import HIDDEN, Turn, hint
from validators.dmp.select import Vihf, consults, enveloped, header, rule, vihfs
from validators.model import Defect

VERSIONS = ("3.0", "4.0")
X509 = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
TLS = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient"
ALONE, CONNECTED = "INDIRECTE", "INDIRECTE_RENFORCEE"
BROWSER = "APP_BROWSER_AUTH"


class Named(Vihf):
    """An assertion, and the SubjectNameID that Pro Santé Connect gave before it."""

    __slots__ = ("name_id",)

    def __init__(self, one: Vihf, name_id: str) -> None:
        super().__init__(one, one.turn)
        self.name_id = name_id


def of_a_flow(found: Conversation) -> list[Vihf]:
    """The assertions of a publication or of a consultation."""
    return [one for one in vihfs(found) if _mode_of(one.turn)]


def connected(found: Conversation) -> list[Vihf]:
    return [one for one in vihfs(found) if one.mode == CONNECTED]


def timed(found: Conversation) -> list[Vihf]:
    """The assertions with conditions, in an exchange with a date."""
    path = "{*}Conditions"
    return [one for one in vihfs(found) if one.turn.at is not None and one.first(path)]


def of_users(found: Conversation) -> Iterable[Named]:
    """The assertions of consultations after claims were given."""
    name, waiting = "", {id(one.turn): one for one in vihfs(found) if consults(one.turn)}
    for turn in found.turns:
        if turn.role == USERINFO and turn.status == 200:
            claim = turn.response.json.get("SubjectNameID")
            name = claim if isinstance(claim, str) else ""
        elif name and id(turn) in waiting:
            yield Named(waiting[id(turn)], name)


def _mode_of(turn: Turn) -> str:
    """The mode that a transaction must have; "" where a Source and a Conso both send it."""
    if turn.role in (PUBLISH, DELETE):
        return ALONE
    return CONNECTED if consults(turn) else ""


@rule("F-VI-01-ABSENT", over=enveloped, verifies=("F-VI-01-ABSENT",))
def assertion_absent(turn: Turn) -> Iterator[Defect]:
    """The header has one assertion, in Security.

    Why: the DMP knows by it who asks, for which structure and in which record.
    Fix: write wsse:Security with one saml2:Assertion in the header of every request.
    """
    head = header(turn)
    assert head is not None
    found = head.all("{*}Security/{*}Assertion")
    if len(found) != 1:
        yield head.defect(expected="1", actual=len(found) or None, child="Security/Assertion")


@rule("F-VI-01-VERSION", over=vihfs, verifies=("F-VI-01-VERSION",))
def version_unknown(node: Vihf) -> Iterator[Defect]:
    """The assertion is of SAML 2.0, and of a known version of the VIHF.

    Why: the DMP reads it by the rules of its version.
    Fix: write Version="2.0", and VIHF_Version as the guide of the DMP in force says.
    """
    if node.get("Version") != "2.0":
        yield node.defect(expected="2.0", actual=node.get("Version") or None, child="@Version")
    found = node.attribute("VIHF_Version")
    if found and found not in VERSIONS:
        child = "Attribute[VIHF_Version]"
        yield node.defect(expected=" | ".join(VERSIONS), actual=found, child=child)


@rule("F-VI-01-ISSUER", over=vihfs, verifies=("F-VI-01-ISSUER",))
def issuer_of_another_form(node: Vihf) -> Iterator[Defect]:
    """The issuer is the name of a certificate, and says so.

    Why: the DMP compares it with the certificate that signed.
    Fix: write Issuer with Format urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName.
    """
    found = node.first("{*}Issuer")
    if found is None or not found.text:
        yield node.defect(expected="CN=", child="Issuer")
    elif found.get("Format") != X509:
        yield found.defect(expected=X509, actual=found.get("Format") or None, child="@Format")


@rule("F-VI-01-CONTEXT", over=vihfs, verifies=("F-VI-01-CONTEXT",))
def context_of_another_class(node: Vihf) -> Iterator[Defect]:
    """The authentication context is TLSClient.

    Why: it is how the structure authenticates to the DMP.
    Fix: write AuthnContextClassRef urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient.
    """
    path = "{*}AuthnStatement/{*}AuthnContext/{*}AuthnContextClassRef"
    found = node.value(path)
    if found != TLS:
        child = "AuthnStatement/AuthnContext/AuthnContextClassRef"
        yield node.defect(expected=TLS, actual=found or None, child=child)


@rule("F-VI-01-NAMEID", over=vihfs, verifies=("F-VI-01-NAMEID",))
def user_unnamed(node: Vihf) -> Iterator[Defect]:
    """The assertion names its user by NameID.

    Why: the traces of the DMP tell the patient who looked.
    Fix: write the national identifier of the professional.
    """
    if not node.value("{*}Subject/{*}NameID"):
        yield node.defect(expected=HIDDEN, child="Subject/NameID")


@rule("F-VI-04-USER", over=of_users, verifies=("F-VI-04-USER",))
def user_is_another(node: Named) -> Iterator[Defect]:
    """The user of a consultation is the one that Pro Santé Connect named.

    Why: otherwise one professional looks in the name of another.
    Fix: write SubjectNameID of the claims in NameID.
    """
    found = node.value("{*}Subject/{*}NameID")
    if found and found != node.name_id:
        yield node.defect(expected=hint(node.name_id), actual=hint(found), child="Subject/NameID")


@rule("F-VI-04-MODE", over=of_a_flow, verifies=("F-VI-04-MODE",))
def mode_of_another_flow(node: Vihf) -> Iterator[Defect]:
    """The mode is INDIRECTE to publish, and INDIRECTE_RENFORCEE to consult.

    Why: the DMP grants other rights to a user than to a structure alone.
    Fix: write Authentification_Mode by what the request does.
    """
    wanted = _mode_of(node.turn)
    if node.mode and node.mode != wanted:
        yield node.defect(
            expected=wanted, actual=node.mode, child="Attribute[Authentification_Mode]"
        )


@rule("F-VI-04-DECL", over=connected, verifies=("F-VI-04-DECL",))
def declaration_absent(node: Vihf) -> Iterator[Defect]:
    """An assertion of INDIRECTE_RENFORCEE declares APP_BROWSER_AUTH.

    Why: the DMP knows by it how the user was authenticated.
    Fix: write AuthnContextDecl APP_BROWSER_AUTH in AuthnContext.
    """
    found = node.value("{*}AuthnStatement/{*}AuthnContext/{*}AuthnContextDecl")
    if found != BROWSER:
        child = "AuthnStatement/AuthnContext/AuthnContextDecl"
        yield node.defect(expected=BROWSER, actual=found or None, child=child)


@rule("F-VI-TIME", over=timed, verifies=("F-VI-TIME",))
def assertion_out_of_time(node: Vihf) -> Iterator[Defect]:
    """The assertion is sent within its own conditions of time.

    Why: the DMP refuses one that is not valid yet, or no more (SAML 2.0 core 2.5.1).
    Fix: make a new assertion for the request; keep the clocks right.
    """
    at = node.turn.at
    assert at is not None
    for name in ("NotBefore", "NotOnOrAfter"):
        text = node.value("{*}Conditions", name)
        limit = _instant(text)
        early = name == "NotBefore"
        # A Date has whole seconds: the request may have been sent up to one later.
        if text and (limit is None or (limit >= at + 1 if early else limit <= at)):
            sent = datetime.fromtimestamp(at, UTC).isoformat()
            yield node.defect(expected=sent, actual=text, child=f"Conditions/@{name}")


def _instant(text: str) -> float | None:
    """An xs:dateTime with a zone, in seconds since 1970; None where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else found.timestamp()
