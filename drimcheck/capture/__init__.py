"""HTTP exchanges captured byte for byte: the client that asks, and what it never does.

It goes to the hosts that it was given and to no other, follows no redirect, takes no proxy from the
environment, asks for no content coding, and ends by its deadline whatever the server does.
"""

from drimcheck.capture.client import Asked, Limits, Refused, Secrets, allow, capture
from drimcheck.capture.writing import Capture

__all__ = ["Asked", "Capture", "Limits", "Refused", "Secrets", "allow", "capture"]
