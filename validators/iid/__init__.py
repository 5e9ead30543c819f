"""Rules on the link to the viewer of a Source: Invoke Image Display (DRIM-M D-CR; IHE RAD-106)."""

from validators.iid import address, study  # noqa: F401 - registers the rules
from validators.iid.subject import Invocation, load, recognises

__all__ = ["Invocation", "load", "recognises"]
