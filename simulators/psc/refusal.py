"""A request that is refused, and the answer that says why (RFC 6749 5.2, RFC 6750 3)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Refusal(Exception):
    """``error`` is a code of RFC 6749 or RFC 6750, ``description`` a line for developers."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


async def refused(_request: Request, problem: Exception) -> Response:
    """The answer to a refused request."""
    assert isinstance(problem, Refusal)
    headers = dict(NO_STORE)
    if problem.error == "invalid_client":
        headers["WWW-Authenticate"] = 'Basic realm="psc"'
    elif problem.status == 401:
        headers["WWW-Authenticate"] = f'Bearer realm="psc", error="{problem.error}"'
    body = {"error": problem.error, "error_description": problem.description}
    return JSONResponse(body, problem.status, headers)
