"""Rules on the contextual call, from the RIS or EHR to the DRIMbox Conso (DRIM-M D.1)."""

from validators.call import form, identity  # noqa: F401 - registers the rules
from validators.call.subject import Call, load, recognises
from validators.wado import framing  # noqa: F401

__all__ = ["Call", "load", "recognises"]
