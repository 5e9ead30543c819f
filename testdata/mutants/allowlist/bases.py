"""The conforming lists that the mutants are made from, in the two forms that exist."""

from __future__ import annotations

from testdata.allowlist import signed
from testdata.allowlist.signing import Style
from testdata.keys import pem, revocation_list, root
from testdata.mutants.base import Base

REVOKED = 99
"""The serial number that the revocation list names."""
FILTERED, ENVELOPED = Style(), Style(filtered=False, first_form=True)
INPUTS = {"trust": (pem(root()),), "crl": (revocation_list([REVOKED]),)}

BASES = {
    "list": Base("allowlist", "drim-m-lab", lambda: signed(FILTERED), INPUTS),
    "list-enveloped": Base("allowlist", "drim-m-lab", lambda: signed(ENVELOPED), INPUTS),
}
