"""To which Sources requests go: those of the allow-list, or that the configuration trusts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import urlsplit


class Unlisted(Exception):
    """The host may not be asked; ``host`` says which, "" where the URL is none."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class Gate:
    """``listed`` says of a URL whether its host is in the allow-list in force (G-SEC-01).

    ``trusted`` are hosts, or host:port, that need no list: those of a laboratory. They alone may
    be asked without TLS.
    """

    def __init__(
        self, trusted: Collection[str] = (), listed: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._trusted, self._listed = frozenset(one.lower() for one in trusted), listed

    def checked(self, url: str, study: str, series: str) -> str:
        """A Retrieve URL that may be asked, as it stands (A-EVD-04). Raises Unlisted."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise Unlisted("") from None
        plain = parts.scheme in ("http", "https") and not (parts.query or parts.fragment)
        named = parts.path.endswith(f"/studies/{study}/series/{series}") and url.isascii()
        if not (host and plain and named) or "@" in parts.netloc or ".." in parts.path:
            raise Unlisted(host)
        if {host, f"{host}:{port}"} & self._trusted:
            return url
        if parts.scheme == "https" and self._listed(url):
            return url
        raise Unlisted(host)
