"""Parameters of a request: of its query, or of the form in its body."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from simulators.psc.refusal import Refusal

FORM = "application/x-www-form-urlencoded"
MAX_BYTES = 1 << 16
MAX_FIELDS = 64


def parameters(text: str) -> dict[str, str]:
    """The parameters of a query or form. Raises Refusal where one stands twice (RFC 6749 3.1)."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Refusal("invalid_request", "too many parameters") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal("invalid_request", "a parameter stands twice")
    return {name: value for name, value in found.items() if value}


async def form(request: Request) -> dict[str, str]:
    """The form in the body. Raises Refusal where it is none, or too large."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise Refusal("invalid_request", f"Content-Type is not {FORM}")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise Refusal("invalid_request", "form too large", status=413)
    return parameters(body.decode("latin_1"))


async def given(request: Request) -> dict[str, str]:
    """What was asked with: the form of a POST, else the query."""
    return await form(request) if request.method == "POST" else parameters(request.url.query)
