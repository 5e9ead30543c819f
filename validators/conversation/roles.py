"""The parts that an exchange plays in a conversation (DRIM-M C.1, E, F.1)."""

AUTHORIZATION, CALLBACK, TOKEN = "authorization", "callback", "token"
USERINFO, INTROSPECTION, LOGOUT = "userinfo", "introspection", "logout"
CERTS, DISCOVERY, CIBA = "certs", "discovery", "ciba"
IMAGES, CONTEXT, OTHER = "wado", "context", "other"
EXISTS, PUBLISH, QUERY, RETRIEVE, DELETE = "TD0.2", "ITI-41", "ITI-18", "ITI-43", "TD3.3c"
DMP = "dmp"
"""A request to a service of the DMP that is none of its known transactions."""

TRANSACTIONS = (EXISTS, PUBLISH, QUERY, RETRIEVE, DELETE)
SERVICES = ("registry", "repository", "patients", "habilitations")
"""The services of the DMP, the last step of their paths (F-TD-09)."""

BY_PATH = (
    ("/ext/ciba/auth", CIBA),
    ("/auth", AUTHORIZATION),
    ("/token/introspect", INTROSPECTION),
    ("/token", TOKEN),
    ("/userinfo", USERINFO),
    ("/logout", LOGOUT),
    ("/certs", CERTS),
)
"""The ends of the paths of Pro Santé Connect (E-PSC-01, E-PSC-05)."""

CONNECT = "/openid-connect/"
MARKS = {
    AUTHORIZATION: frozenset({"response_type", "client_id", "redirect_uri"}),
    TOKEN: frozenset({"grant_type", "code"}),
    LOGOUT: frozenset({"id_token_hint", "refresh_token"}),
    CERTS: frozenset[str](),
}
"""Parameters that tell an endpoint of OpenID Connect from one of the DRIMbox of the same name,
where the path does not hold ``CONNECT``."""

BY_BODY = {
    "PRPA_IN201307UV02": EXISTS,
    "ProvideAndRegisterDocumentSetRequest": PUBLISH,
    "AdhocQueryRequest": QUERY,
    "RetrieveDocumentSetRequest": RETRIEVE,
    "SubmitObjectsRequest": DELETE,
}
"""Transactions by the first element of the SOAP body; an update of metadata is bare (ITI-57)."""
