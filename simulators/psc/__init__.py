"""Pro Santé Connect: an OpenID Connect provider with test users (DRIM-M E)."""

from simulators.psc.application import CONNECT, application
from simulators.psc.clients import CLIENTS, CONSO, SOURCE, Client
from simulators.psc.tokens import mint, unknown
from simulators.psc.users import USERS, WITHOUT_ACTIVITY, User

__all__ = [
    "CLIENTS",
    "CONNECT",
    "CONSO",
    "SOURCE",
    "USERS",
    "WITHOUT_ACTIVITY",
    "Client",
    "User",
    "application",
    "mint",
    "unknown",
]
