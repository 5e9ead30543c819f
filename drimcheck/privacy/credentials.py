"""Credentials in any text: tokens, cookies, secrets, private keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

TOKEN, COOKIE, SECRET, KEY = "TOKEN", "COOKIE", "SECRET", "KEY"
PERSON = "ID"
_NAMED = (
    "access_token|refresh_token|id_token(?:_hint)?|client_secret|password|assertion|token|code|jwt"
    "|j?session\\w*|api_?key|sig|signature"
)
_HEADERS = "token|key|secret|authorization|vihf|patient"
"""What names of headers hold that carry a credential, or a person."""
_PERSONS = r"patient\w*|(?:birth|used)?_?(?:family|given|first|last)_?name|nom\w*|prenoms?|ins\w*"
PATTERNS = (
    (KEY, re.compile(r"(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----)(.*?)(?=-----END|$)")),
    (COOKIE, re.compile(r"(?im)^(set-cookie:[ \t]*[^=\r\n]*=)([^;\r\n]+)")),
    (COOKIE, re.compile(r"(?im)^(cookie:[ \t]*)([^\r\n]+)")),
    (SECRET, re.compile(r"(://)([^/@\s:]+:[^/@\s]+)(?=@)")),
    (TOKEN, re.compile(r"(?i)(\b(?:bearer|basic)\s+)([\w.~+/=-]{8,})")),
    (TOKEN, re.compile(rf"(?im)^((?!www-|proxy-authenticate)[\w-]*(?:{_HEADERS})"
                       r"[\w-]*:[ \t]*(?:(?:bearer|basic)\s+)?)(?!(?:bearer|basic)\s)([^\r\n]+)")),
    (TOKEN, re.compile(r"(\b)(eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?)")),
    (SECRET, re.compile(rf"(?i)(\b(?:{_NAMED})=)([^&;\s\"'<>]+)")),
    (SECRET, re.compile(rf"(?i)(\"(?:{_NAMED})\"\s*:\s*\")([^\"]+)")),
    (PERSON, re.compile(rf"(?i)([?&;](?:{_PERSONS})=)([^&;\s\"'<>]+)")),
    (PERSON, re.compile(rf"(?i)(\"(?:{_PERSONS})\"\s*:\s*\")([^\"]+)")),
)  # fmt: skip
"""What comes before a credential, and the credential."""
MASKED = re.compile(r"masked-[0-9a-f]{16}|\*\*\*.*|[A-Z]+#[0-9]+")
"""What is masked already: by a capture, by a conversation, by us."""


def replaced(text: str, pseudonym: Callable[[str, str], str]) -> str:
    """The text with its credentials replaced by what ``pseudonym`` makes of value and kind."""
    for kind, pattern in PATTERNS:
        text = pattern.sub(partial(_one, kind, pseudonym), text)
    return text


def _one(kind: str, pseudonym: Callable[[str, str], str], found: re.Match[str]) -> str:
    before, value = found[1], found[2]
    return before + (value if MASKED.match(value) else pseudonym(value, kind))
