"""Captured exchanges read as a conversation with Pro Santé Connect, the DMP and DRIMboxes.

It holds no rule: those of ``validators.psc`` and ``validators.dmp`` look at it.
"""

from validators.conversation.subject import Conversation, conversation, load, recognises

__all__ = ["Conversation", "conversation", "load", "recognises"]
