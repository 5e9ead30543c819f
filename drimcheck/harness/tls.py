"""TLS towards the system under test."""

from __future__ import annotations

import ssl

from drimcheck.harness.sut import Network


def context(network: Network) -> ssl.SSLContext | None:
    """What is trusted, and who we are; None where the machine decides. Raises OSError."""
    if not (network.ca or network.certificate):
        return None
    made = ssl.create_default_context(cafile=network.ca)
    if network.certificate:
        made.load_cert_chain(network.certificate, network.key)
    return made
