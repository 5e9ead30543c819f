"""Pro Santé Connect: an OpenID Connect provider with test users (DRIM-M E)."""

from simulators.psc.application import CONNECT, application
from simulators.psc.clients import CLIENTS, CONSO, SOURCE, Client
from simulators.psc.tokens import mint, unknown
from simulators.psc.users import USERS, User, cast, without_activity

__all__ = [
    "CLIENTS",
    "CONNECT",
    "CONSO",
    "SOURCE",
    "USERS",
    "Client",
    "User",
    "application",
    "cast",
    "mint",
    "unknown",
    "without_activity",
]
