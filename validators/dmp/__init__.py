"""Rules on the transactions with the DMP over captured exchanges (DRIM-M F.1, F.2)."""

from validators.conversation import Conversation, conversation, load, recognises
from validators.dmp import (  # noqa: F401 - registers the rules
    answers,
    queries,
    signature,
    transactions,
    transport,
    vihf,
    vihf_attributes,
)

__all__ = ["Conversation", "conversation", "load", "recognises"]
