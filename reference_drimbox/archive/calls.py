"""The table of contextual calls, for the indicators (DRIM-M D-CC-10, G-KPI-01)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from reference_drimbox.archive.models import Base, now


class Call(Base):
    """A contextual call, each counted as one; nothing of it tells of a patient."""

    __tablename__ = "call"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime, default=now, index=True)
    status: Mapped[str] = mapped_column(String(16))
