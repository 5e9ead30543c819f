"""Rules on an XDM archive: the medium by which a local archive leaves and enters (ITI-32)."""

from validators.xdm import content, layout, metadata, pages  # noqa: F401 - registers the rules
from validators.xdm.subject import Xdm, load, recognises

__all__ = ["Xdm", "load", "recognises"]
