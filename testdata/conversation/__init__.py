"""Exchanges with Pro Santé Connect, the DMP and a Source, as a capture has them."""

from testdata.conversation.dmp import consultation, publication
from testdata.conversation.http import Hop, packed
from testdata.conversation.psc import images, login, logout

__all__ = ["Hop", "consultation", "images", "login", "logout", "packed", "publication"]
