"""The local archive (DRIM-M G-RET-01): reports, generations of KOS, inbox, history; no erasing."""

from reference_drimbox.archive.database import Archive, ArchiveUnavailable
from reference_drimbox.archive.models import (
    Access,
    DeadLetter,
    Event,
    Manifest,
    Message,
    MessageStudy,
    Rejection,
    Report,
    Study,
)

__all__ = ["Access", "Archive", "ArchiveUnavailable", "DeadLetter", "Event", "Manifest", "Message",
           "MessageStudy", "Rejection", "Report", "Study"]  # fmt: skip
