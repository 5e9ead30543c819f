"""Rules on Pro Santé Connect over captured exchanges (DRIM-M E; OpenID Connect Core 1.0)."""

from validators.conversation import Conversation, conversation, load, recognises
from validators.psc import (  # noqa: F401 - registers the rules
    authorization,
    id_token,
    introspection,
    source,
    token,
    userinfo,
)

__all__ = ["Conversation", "conversation", "load", "recognises"]
