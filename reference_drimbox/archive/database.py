"""The database: SQLite or PostgreSQL, brought to the latest migration when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 30
IMMEDIATE = "drimbox_immediate"


class ArchiveUnavailable(Exception):
    """The database cannot be had now."""


class Archive:
    """Sessions on the archive, for any thread. Raises ArchiveUnavailable where it cannot be had.

    ``url`` is one of SQLAlchemy; postgresql:// means psycopg 3.
    """

    def __init__(self, url: str, password: str = "") -> None:
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise ArchiveUnavailable("archive.url is no URL of a database") from None
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if password:
            parsed = parsed.set(password=password)
        self.engine = _engine(parsed)
        try:
            self._migrate()
        except SQLAlchemyError as problem:
            raise ArchiveUnavailable(f"{parsed.render_as_string()}: {_said(problem)}") from None

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.execution_options(**{IMMEDIATE: True}).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing."""
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                yield session
        except DBAPIError as problem:
            raise ArchiveUnavailable(_said(problem)) from None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end, or nothing of it is there."""
        engine = self.engine.execution_options(**{IMMEDIATE: True})
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as problem:
            raise ArchiveUnavailable(_said(problem)) from None


def _said(problem: SQLAlchemyError) -> str:
    """The kind of a problem: its text may quote what was written."""
    return type(getattr(problem, "orig", problem)).__name__


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions itself (SQLAlchemy, SQLite dialect).
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A transaction that reads before it writes must take the lock first, else it may fail.
        immediate = connection.get_execution_options().get(IMMEDIATE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
