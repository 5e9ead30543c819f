"""Migrations run on the connection that opened the archive (Alembic, sharing a connection)."""

from alembic import context

from reference_drimbox.archive.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
