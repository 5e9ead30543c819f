"""The inbox: what was acknowledged, until it is processed or a person must look at it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from reference_drimbox.archive.database import Archive
from reference_drimbox.archive.models import DeadLetter, Inbox, Message, MessageStudy, now

HL7, IOCM = "hl7", "iocm"
DEATHS = 12
"""How often the process may die in a message before the message is taken to be the cause."""
LONGEST_REASON = 1000


def receive(
    archive: Archive, kind: str, control_id: str, body: bytes, studies: Sequence[str]
) -> bool:
    """Commit a message, once however often it comes; whether it is new.

    The same message is one of the same control id and content. Raises ArchiveUnavailable.
    """
    digest = hashlib.sha256(body).hexdigest()
    with archive.writing() as session:
        same = select(Message.id).where(Message.control_id == control_id, Message.digest == digest)
        if session.scalar(same) is not None:
            return False
        made = Message(kind=kind, control_id=control_id, digest=digest, body=body)
        session.add(made)
        session.flush()
        session.add_all(MessageStudy(message=made.id, study=one) for one in dict.fromkeys(studies))
    return True


def begin(archive: Archive) -> Message | None:
    """The next message that is due, its start counted; None where none is.

    One of whose studies an earlier message is waiting stays behind that one.
    """
    earlier, own, before = aliased(Message), aliased(MessageStudy), aliased(MessageStudy)
    blocked = exists().where(
        own.message == Message.id,
        before.study == own.study,
        earlier.id == before.message,
        earlier.id < Message.id,
        earlier.state == Inbox.WAITING,
    )
    due = (
        select(Message)
        .where(Message.state == Inbox.WAITING, Message.due <= now(), ~blocked)
        .order_by(Message.id)
        .limit(1)
    )
    with archive.writing() as session:
        found = session.scalar(due)
        if found is not None:
            found.starts += 1
        return found


def postpone(archive: Archive, message: int, seconds: float) -> int:
    """Try a message again later; how often it has been tried."""
    with archive.writing() as session:
        found = session.get_one(Message, message)
        found.attempts += 1
        found.due = now() + timedelta(seconds=seconds)
        return found.attempts


def finish(archive: Archive, message: int) -> None:
    with archive.writing() as session:
        session.get_one(Message, message).state = Inbox.DONE


def bury(archive: Archive, message: int, reason: str) -> None:
    """The message becomes a dead letter; the queue goes on."""
    with archive.writing() as session:
        session.get_one(Message, message).state = Inbox.DEAD
        session.add(DeadLetter(message=message, reason=reason[:LONGEST_REASON]))


def revive(archive: Archive, message: int) -> bool:
    """Process a dead letter once more, at the end of a person's work on its cause."""
    with archive.writing() as session:
        found = session.get(Message, message)
        if found is None or found.state != Inbox.DEAD:
            return False
        found.state, found.starts, found.attempts, found.due = Inbox.WAITING, 0, 0, now()
        return True


def dead_letters(archive: Archive) -> list[tuple[Message, DeadLetter]]:
    """The dead letters with their last reasons, the oldest first."""
    with archive.reading() as session:
        rows = session.execute(
            select(Message, DeadLetter)
            .join(DeadLetter, DeadLetter.message == Message.id)
            .where(Message.state == Inbox.DEAD)
            .order_by(DeadLetter.id)
        )
        return [*{one.id: (one, why) for one, why in rows}.values()]
