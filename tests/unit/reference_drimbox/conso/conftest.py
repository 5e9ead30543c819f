"""A Conso whose user logs in, and what is done to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode

import pytest
from httpx import Client, Response

from tests.conso import Site, site


def changed(**values: str | None) -> Callable[[bytes], bytes]:
    """A change of the form of a call: other values, or none of a parameter."""

    def change(body: bytes) -> bytes:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        for name, value in values.items():
            key = name.replace("__", ".")
            if value is None:
                form.pop(key)
            else:
                form[key] = value
        return urlencode(form).encode()

    return change


def told(text: str) -> str:
    """The message of a page, by its key."""
    found = re.search(r'data-message="(\w+)"', text)
    return found[1] if found else ""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A Conso whose user logs in, shared by the tests that change nothing of it."""
    with site(tmp_path_factory.mktemp("conso")) as one:
        yield one


def upload(browser: Client, raw: bytes) -> Response:
    return browser.post("/import", files={"file": ("kos.dcm", raw)})
