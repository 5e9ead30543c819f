"""One exchange of a conversation, with the part that it plays in it."""

from __future__ import annotations

import hashlib
import re
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

from validators.conversation.message import Message, Room, WireXml, parameters
from validators.conversation.roles import (
    AUTHORIZATION,
    BY_BODY,
    BY_PATH,
    CALLBACK,
    CONNECT,
    CONTEXT,
    DMP,
    IMAGES,
    MARKS,
    OTHER,
    SERVICES,
)
from validators.model import Defect, Exchange, Node
from validators.reading.http import read_request, read_response

HIDDEN = "***"
_EMPTY = urlsplit("")
_MASKED = re.compile("masked-[0-9a-f]{16}")


def identity(secret: str) -> str:
    """What a token is known by: what stands for it in a capture that hides it in headers."""
    if not secret or _MASKED.fullmatch(secret):
        return secret
    return f"masked-{hashlib.sha256(secret.encode('utf-8', 'replace')).hexdigest()[:16]}"


def hint(secret: str) -> str:
    """What is shown of a secret: enough to tell two apart, nothing that opens a door."""
    return f"{HIDDEN} {identity(secret)[-4:]}" if secret else ""


class Turn(Node):
    """An exchange: ``number`` counts from 1 in the order of the capture."""

    separator = " "

    def __init__(self, number: int, exchange: Exchange, room: Room) -> None:
        self.number = number
        self.ended = exchange.ended
        self.url = exchange.url
        request, response = exchange.request, exchange.response
        self.request = Message(f"#{number} request", read_request(request), request, room)
        self.response = Message(f"#{number} response", read_response(response), response, room)

    @property
    def path(self) -> str:
        return f"#{self.number}"

    @cached_property
    def target(self) -> SplitResult:
        """What was asked for: the URL of the exchange, or the target where it has none."""
        text = self.url or (self.request.head.start[1:2] or [""])[0]
        try:
            return urlsplit(text)
        except ValueError:
            return _EMPTY

    @property
    def method(self) -> str:
        return self.request.head.start[0]

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return parameters(self.target.query)

    @property
    def parameters(self) -> dict[str, list[str]]:
        """What was asked with: the query of a GET, the form of a POST."""
        return self.request.form if self.method == "POST" else self.query

    def parameter(self, name: str) -> str:
        """The value of a parameter; "" where it is absent or stands twice."""
        found = self.parameters.get(name, [])
        return found[0] if len(found) == 1 else ""

    def wrong(self, name: str, *, expected: object, actual: object = None) -> Defect:
        """A defect at a parameter of the request."""
        place = "body" if self.method == "POST" else "query"
        return self.request.defect(expected=expected, actual=actual, child=f"{place} {name}")

    @property
    def status(self) -> int:
        """The status of the response; 0 where there is none."""
        start = self.response.head.start
        return int(start[1]) if len(start) > 1 and start[1].isdecimal() else 0

    @property
    def whole(self) -> bool:
        """Whether the response was captured to its end, in a coding that is decoded here."""
        return not self.ended and self.status > 0 and not self.response.opaque

    @cached_property
    def bearer(self) -> str:
        """The identity of the token of the Authorization header; "" where there is none."""
        scheme, _, token = self.request.header("Authorization").partition(" ")
        return identity(token.strip()) if scheme.lower() == "bearer" else ""

    @cached_property
    def at(self) -> float | None:
        """When the exchange took place, by the Date of its response or of its request."""
        for message in (self.response, self.request):
            try:
                return parsedate_to_datetime(message.header("Date")).timestamp()
            except (ValueError, TypeError, OverflowError):
                continue
        return None

    @cached_property
    def role(self) -> str:
        """What the exchange is, one of ``validators.conversation.roles``."""
        path = self.target.path
        if self.method == "POST" and self.service:
            return self._transaction
        if "/studies/" in path:
            return IMAGES
        found = next((role for end, role in BY_PATH if path.endswith(end)), "")
        if found and (CONNECT in path or self._has_marks(found)):
            return found
        if self.method == "GET" and "response_type" in self.query:
            return AUTHORIZATION
        if self.method == "GET" and self.query.keys() & {"code", "error"} and "state" in self.query:
            return CALLBACK
        if "/.well-known/" in path:
            return "discovery"
        if path.lower().endswith("/iheinvokeimagedisplay"):
            return CONTEXT
        return self._transaction if self.method == "POST" and self._is_soap else OTHER

    def _has_marks(self, role: str) -> bool:
        return role not in MARKS or bool(MARKS[role] & self.parameters.keys())

    @property
    def service(self) -> str:
        """The service of the DMP that the path ends with; "" where it is none."""
        before, _, last = self.target.path.rpartition("/")
        return last if last in SERVICES and before.endswith("/services") else ""

    @property
    def _is_soap(self) -> bool:
        kind = self.request.media_type
        return kind in ("application/soap+xml", "text/xml") or kind == "multipart/related"

    @property
    def _transaction(self) -> str:
        found = self.payload(self.request)
        return BY_BODY.get(found.name, DMP) if found is not None else DMP

    def payload(self, message: Message) -> WireXml | None:
        """The first element of the SOAP body of a message."""
        if message.xml is None:
            return None
        found = message.xml.first("{*}Body/*")
        return found if isinstance(found, WireXml) else None
