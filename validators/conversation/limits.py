"""What the reading of a conversation will not go beyond; see ``validators.reading.limits``."""

MAX_EXCHANGES = 20_000
"""Exchanges of one conversation."""

MAX_TEXT_BYTES = 1024 * 1024
"""Longest form or JSON body read: a userinfo answer has some ten kilobytes."""

MAX_INFLATED_BYTES = 64 * 1024 * 1024
"""Most that the compressed bodies of one conversation are inflated to, together."""

MAX_PARAMETERS = 200
"""Parameters of one query or form."""

MAX_JWT_CHARACTERS = 64 * 1024
"""Longest token taken apart."""

MAX_KEYS = 64
"""Keys of one key set."""

MAX_KEY_BITS = 8192
"""Longest RSA key that a signature is verified with."""
