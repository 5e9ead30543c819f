"""The claims of the professional (DRIM-M E-PSC-11, 13; OpenID Connect Core 1.0 5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.conversation.jwt import read_jwt
from validators.conversation.roles import IMAGES, LOGOUT, USERINFO
from validators.conversation.subject import Conversation
from validators.conversation.turn import HIDDEN, Turn, hint
from validators.model import Defect, Node
from validators.psc.select import claimed, rule, userinfos


class Carried(Node):
    """An exchange with a bearer token, and the tokens that the capture saw issued before it."""

    def __init__(self, turn: Turn, issuer: Turn | None) -> None:
        self.turn = turn
        self.issuer = issuer

    @property
    def path(self) -> str:
        return self.turn.path


def carried(found: Conversation) -> list[Carried]:
    """The requests with a token after the first token answer: before, sessions may be older."""
    first = min((one.number for one in found.issued.values()), default=len(found.turns))
    turns = [one for one in found.of(USERINFO, IMAGES) if one.bearer and one.number > first]
    return [Carried(one, found.issued.get(one.bearer)) for one in turns]


def identified(found: Conversation) -> Iterable[Carried]:
    """The userinfo answers to a token that the capture saw issued with an ID token."""
    pairs = [(one, found.issued.get(one.bearer)) for one in claimed(found)]
    return [
        Carried(one, issuer)
        for one, issuer in pairs
        if issuer is not None and read_jwt(issuer.response.json.get("id_token"))
    ]


def logouts(found: Conversation) -> list[Turn]:
    return found.of(LOGOUT)


@rule("E-PSC-11-BEARER", over=userinfos, verifies=("E-PSC-11-BEARER",))
def userinfo_without_token(turn: Turn) -> Iterator[Defect]:
    """The userinfo request has Authorization: Bearer and the access token.

    Why: Pro Santé Connect answers 401 without it.
    Fix: send Authorization: Bearer and the access_token of the token answer.
    """
    if not turn.bearer:
        found = turn.request.header("Authorization").partition(" ")[0]
        yield turn.request.defect(
            expected=f"Bearer {HIDDEN}",
            actual=f"{found} {HIDDEN}" if found else None,
            child="Authorization",
        )


@rule("E-PSC-13-TOKEN", over=carried, verifies=("E-PSC-13-TOKEN",))
def token_never_issued(node: Carried) -> Iterator[Defect]:
    """The token that is sent is an access token that Pro Santé Connect gave before.

    Why: an ID token, a refresh token or an old one is refused by whoever verifies it.
    Fix: send the access_token of the last token answer.
    """
    if node.issuer is None or node.issuer.number > node.turn.number:
        actual = hint(node.turn.bearer)
        yield node.turn.request.defect(
            expected="body access_token", actual=actual, child="Authorization"
        )


@rule("E-PSC-11-CLAIMS", over=claimed, verifies=("E-PSC-11-CLAIMS",))
def claims_incomplete(turn: Turn) -> Iterator[Defect]:
    """The claims have SubjectNameID, and SubjectRefPro with an activity.

    Why: the VIHF takes from them who consults, in which profession and in which structure.
    Fix: ask for scope_all; answer SubjectRefPro.exercices[].activities[].
    """
    found = turn.response.json
    if not isinstance(found.get("SubjectNameID"), str) or not found["SubjectNameID"]:
        yield turn.response.defect(expected=HIDDEN, child="body SubjectNameID")
    professional = found.get("SubjectRefPro")
    practices = professional.get("exercices") if isinstance(professional, dict) else None
    rows = practices if isinstance(practices, list) else []
    if not any(isinstance(one, dict) and one.get("activities") for one in rows):
        yield turn.response.defect(expected="1..*", child="body SubjectRefPro.exercices.activities")


@rule("E-PSC-11-SUB", over=identified, verifies=("E-PSC-11-SUB",))
def claims_of_another(node: Carried) -> Iterator[Defect]:
    """The claims are of the subject of the ID token.

    Why: otherwise one professional logs in and another consults (OpenID Connect Core 5.3.2).
    Fix: compare both sub, and refuse the session where they differ.
    """
    assert node.issuer is not None
    token = read_jwt(node.issuer.response.json.get("id_token"))
    found = node.turn.response.json.get("sub")
    if token is not None and token.text("sub") != found:
        actual = hint(found) if isinstance(found, str) else None
        yield node.turn.response.defect(
            expected=hint(token.text("sub")), actual=actual, child="body sub"
        )


@rule("E-PSC-01-LOGOUT", over=logouts, verifies=("E-PSC-01-LOGOUT",))
def logout_of_nobody(turn: Turn) -> Iterator[Defect]:
    """The logout names its session: by id_token_hint, or by refresh_token.

    Why: without either the session at Pro Santé Connect goes on.
    Fix: send id_token_hint in the query, or refresh_token in a form.
    """
    if not (turn.parameter("id_token_hint") or turn.parameter("refresh_token")):
        yield turn.wrong("id_token_hint", expected=HIDDEN)


class Ended(Node):
    """A request with a token of a session, and the logout of the session where it came before."""

    def __init__(self, turn: Turn, end: Turn | None) -> None:
        self.turn = turn
        self.end = end

    @property
    def path(self) -> str:
        return self.turn.path


def after_logout(found: Conversation) -> Iterator[Ended]:
    """The requests with a token that the capture saw issued, by what their session had come to."""
    sessions: dict[object, Turn] = {}
    for one in found.turns:
        if one.role == LOGOUT:
            for name in ("refresh_token", "id_token_hint"):
                sessions[(name.removesuffix("_hint"), one.parameter(name))] = one
        elif one.bearer in found.issued:
            given = found.issued[one.bearer].response.json
            names = [(name, given.get(name)) for name in ("refresh_token", "id_token")]
            ends = [sessions[name] for name in names if _text(name[1]) and name in sessions]
            yield Ended(one, ends[0] if ends else None)


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


@rule("E-PSC-01-AFTER", over=after_logout, verifies=("E-PSC-01-AFTER",))
def token_used_after_logout(node: Ended) -> Iterator[Defect]:
    """A token is not used after the logout of its session.

    Why: whoever sits down at the screen next looks in the name of who left.
    Fix: forget the tokens when the user logs out.
    """
    if node.end is not None:
        yield node.turn.request.defect(
            expected=f"< {node.end.path}", actual=hint(node.turn.bearer), child="Authorization"
        )
