"""The tables of the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, ForeignKey, LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> datetime:
    """The time, in UTC without offset, as the tables hold it."""
    return datetime.now(UTC).replace(tzinfo=None)


class Inbox(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class State(StrEnum):
    """What became of a generation of a KOS."""

    BUILT = "built"
    PUBLISHED = "published"
    REPLACED = "replaced"
    DEPUBLISHED = "depublished"
    DEAD = "dead"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Message(Base):
    """A message that was acknowledged: durable before it is (inbox).

    ``starts`` counts how often its processing began, ``attempts`` how often it ended without
    result: the difference is how often the process died in it.
    """

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("control_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    control_id: Mapped[str] = mapped_column(String(199))
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received: Mapped[datetime] = mapped_column(DateTime, default=now)
    state: Mapped[str] = mapped_column(String(16), default=Inbox.WAITING, index=True)
    starts: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime] = mapped_column(DateTime, default=now, index=True)


class MessageStudy(Base):
    """A study that a message is of: messages of one study are processed in their order."""

    __tablename__ = "message_study"

    message: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    study: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class DeadLetter(Base):
    """Why a message could not be processed, for a person to see."""

    __tablename__ = "dead_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime, default=now)
    reason: Mapped[str] = mapped_column(String(1000))


class Report(Base):
    """A report as it came: the CDA document, the flags of its message, whether it is in force.

    Of an imported one there is no document, but what the archive said of it, ``side`` (F-XDM-02).
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)
    root: Mapped[str] = mapped_column(String(64), index=True)
    extension: Mapped[str] = mapped_column(String(128), default="")
    masks: Mapped[str] = mapped_column(String(128), default="")
    cda: Mapped[bytes | None] = mapped_column(LargeBinary)
    side: Mapped[str] = mapped_column(String(512), default="", server_default="")
    patient: Mapped[str] = mapped_column(String(128), index=True)
    in_force: Mapped[bool] = mapped_column(default=True)
    received: Mapped[datetime] = mapped_column(DateTime, default=now)


class Study(Base):
    """A study that a report documents, with the local identifier of its patient."""

    __tablename__ = "study"

    uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    report: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    accessions: Mapped[str] = mapped_column(String(1000), default="")
    local_id: Mapped[str] = mapped_column(String(64), default="")


class Manifest(Base):
    """A generation of the KOS of a study, and all that is sent with it: the same at each retry."""

    __tablename__ = "manifest"
    __table_args__ = (UniqueConstraint("study", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study: Mapped[str] = mapped_column(ForeignKey("study.uid"), index=True)
    number: Mapped[int]
    report: Mapped[int] = mapped_column(ForeignKey("report.id"))
    message: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    series: Mapped[str] = mapped_column(String(64))
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    kos: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    metadata_xml: Mapped[bytes] = mapped_column(LargeBinary)
    replaces: Mapped[int | None] = mapped_column(ForeignKey("manifest.id"))
    entry: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16), default=State.BUILT, index=True)
    created: Mapped[datetime] = mapped_column(DateTime, default=now)


class Rejection(Base):
    """An instance that a note of the PACS rejected (IOCM)."""

    __tablename__ = "rejection"

    instance: Mapped[str] = mapped_column(String(64), primary_key=True)
    study: Mapped[str] = mapped_column(String(64), index=True)
    note: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(DateTime, default=now)


class Event(Base):
    """What happened to a study, a report or a manifest, and why."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime, default=now)
    study: Mapped[str] = mapped_column(String(64), default="", index=True)
    manifest: Mapped[int | None] = mapped_column(ForeignKey("manifest.id"), index=True)
    message: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    what: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(1000), default="")


class Access(Base):
    """The audit trail: who did what to the exam of which patient, and the result (G-AUD-01)."""

    __tablename__ = "access"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime, default=now, index=True)
    user: Mapped[str] = mapped_column(String(128), default="")
    structure: Mapped[str] = mapped_column(String(256), default="")
    patient: Mapped[str] = mapped_column(String(128), default="")
    kos: Mapped[str] = mapped_column(String(64), default="")
    study: Mapped[str] = mapped_column(String(64), default="")
    action: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(64))
