"""Rules on the allow-list (liste blanche): who takes part, and the signature that says so."""

from validators.allowlist import (  # noqa: F401 - registers the rules
    domains,
    properties,
    revocation,
    signature,
    structure,
    trust,
)
from validators.allowlist.subject import AllowList, load, recognises

__all__ = ["AllowList", "load", "recognises"]
