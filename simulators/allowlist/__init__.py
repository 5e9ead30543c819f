"""The publisher of the allow-list: the list, the certificate to trust, what was revoked."""

from simulators.allowlist.publisher import LIST, Publication, application

__all__ = ["LIST", "Publication", "application"]
