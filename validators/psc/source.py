"""What a Source may answer, and when (DRIM-M E-PSC-07: introspection before images)."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator

from validators.conversation.jwt import number
from validators.conversation.roles import IMAGES, INTROSPECTION
from validators.conversation.subject import Conversation
from validators.conversation.turn import HIDDEN, Turn, hint, identity
from validators.model import Defect, Node
from validators.psc.select import rule


class Served(Node):
    """Images that a Source answered, and the last introspection of their token before."""

    def __init__(self, turn: Turn, asked: Turn | None) -> None:
        self.turn = turn
        self.asked = asked

    @property
    def path(self) -> str:
        return self.turn.path


def answers(found: Conversation) -> list[Turn]:
    """The requests of images that were answered by images."""
    return [one for one in found.of(IMAGES) if one.method == "GET" and one.status in (200, 206)]


def served(found: Conversation) -> Iterator[Served]:
    """The answers to a token, with its last introspection before.

    A capture may list exchanges by their requests: an introspection after the request, whose
    answer is not dated after that of the images, came before them too.
    """
    asked: dict[str, list[Turn]] = {}
    for one in found.of(INTROSPECTION):
        if one.whole:
            asked.setdefault(identity(one.parameter("token")), []).append(one)
    for one in answers(found):
        if one.bearer:
            turns = asked.get(one.bearer, [])
            place = bisect(turns, one.number, key=lambda turn: turn.number)
            after = turns[place] if place < len(turns) else None
            inside = after is not None and _not_later(after, one)
            yield Served(one, after if inside else turns[place - 1] if place else None)


def _not_later(asked: Turn, served: Turn) -> bool:
    return asked.at is not None and served.at is not None and asked.at <= served.at


def introspected(found: Conversation) -> list[Served]:
    return [one for one in served(found) if one.asked is not None]


@rule("E-PSC-07-NO-TOKEN", over=answers, verifies=("E-PSC-07-NO-TOKEN",))
def images_without_token(turn: Turn) -> Iterator[Defect]:
    """Images are answered to a bearer token alone.

    Why: whoever guesses the address has them otherwise.
    Fix: answer 401 to a request without Authorization: Bearer.
    """
    if not turn.bearer:
        yield turn.request.defect(expected=f"Bearer {HIDDEN}", child="Authorization")


@rule(
    "E-PSC-07-SKIPPED",
    over=served,
    verifies=("E-PSC-07-SKIPPED",),
    needs=("introspections",),
)
def introspection_skipped(node: Served) -> Iterator[Defect]:
    """The token of a request is introspected before its images are answered.

    Why: a Source that does not ask accepts a token that was invented, revoked or expired.
    Fix: introspect the token, then answer; keep an answer no longer than its exp.
    """
    if node.asked is None:
        yield node.turn.response.defect(
            expected=f"token={hint(node.turn.bearer)}", child="(start line)"
        )


@rule("E-PSC-07-INACTIVE", over=introspected, verifies=("E-PSC-07-INACTIVE",))
def images_to_inactive_token(node: Served) -> Iterator[Defect]:
    """Images are answered to a token that was said active, and not after its exp.

    Why: a professional who was logged out, or struck off, goes on looking.
    Fix: answer 401 where active is not true, or exp is past.
    """
    assert node.asked is not None
    said = node.asked.response.json
    if node.asked.status != 200 or said.get("active") is not True:
        actual = said.get("active", node.asked.status)
        yield node.asked.response.defect(expected="true", actual=actual, child="body active")
        return
    end = number(said.get("exp"))
    if end is not None and node.turn.at is not None and end <= node.turn.at:
        yield node.turn.response.defect(
            expected=f"< {end:.0f}", actual=f"{node.turn.at:.0f}", child="Date"
        )
