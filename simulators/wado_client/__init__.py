"""A DRIMbox Conso as a Source sees it: the requests that follow a KOS (DRIM-M C.1)."""

from simulators.wado_client.kos import Kos, Series, read_kos
from simulators.wado_client.requests import Asked, Tokens, requests

__all__ = ["Asked", "Kos", "Series", "Tokens", "read_kos", "requests"]
