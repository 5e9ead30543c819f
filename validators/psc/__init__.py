"""Rules on Pro Santé Connect over captured exchanges (DRIM-M E; OpenID Connect Core 1.0)."""

from validators import conversation as reading
from validators.conversation import Conversation, conversation, recognises
from validators.conversation.roles import DMP, TRANSACTIONS
from validators.engine import Embedded
from validators.psc import (  # noqa: F401 - registers the rules
    authorization,
    id_token,
    introspection,
    source,
    token,
    userinfo,
)
from validators.reading.dicom import Buffer

__all__ = ["Conversation", "conversation", "load", "recognises"]


def load(buffer: Buffer) -> Conversation:
    """Read a capture in one file. What it holds for the DMP is one more document in it."""
    found = reading.load(buffer)
    sent = bool(found.of(*TRANSACTIONS, DMP))
    found.embedded = [Embedded("dmp", "dmp", bytes(buffer))] if sent else []
    return found
