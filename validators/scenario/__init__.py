"""Rules on what came of a scenario: what a DRIMbox did once it was asked to."""

from validators.scenario import outcomes  # noqa: F401 - registers the rules
from validators.scenario.trace import Trace, load, recognises

__all__ = ["Trace", "load", "recognises"]
