"""Applications served over HTTP/1.1: each exchange recorded byte for byte, faults played on it."""

from simulators.serving.server import Serving
from simulators.serving.tape import KEPT, Record

__all__ = ["KEPT", "Record", "Serving"]
