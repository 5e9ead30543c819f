"""Multipart messages of MTOM: parts by their Content-ID (RFC 2387, XOP 1.0)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import unquote
from uuid import uuid4

MOST_PARTS = 256
ROOT_TYPE = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'


class NotMultipart(ValueError):
    """What came is no multipart message that is taken."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its type, its Content-ID without brackets, its content decoded."""

    kind: str
    identifier: str
    content: bytes = field(repr=False)


def parameter(content_type: str, name: str) -> str:
    """A parameter of a Content-Type; "" where it is absent."""
    message = Message()
    message["Content-Type"] = content_type
    found = message.get_param(name, "")
    return found if isinstance(found, str) else ""


def read(content_type: str, body: bytes) -> list[Part]:
    """The parts, the root first. Raises NotMultipart."""
    boundary = parameter(content_type, "boundary").encode("latin_1", "replace")
    if not boundary:
        raise NotMultipart("no boundary")
    mark = rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?=--|[ \t]*\r?\n)"
    pieces = re.split(mark, body)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--") or len(pieces) > MOST_PARTS:
        raise NotMultipart("no last boundary, or too many parts")
    parts = [_part(one) for one in pieces[1:-1]]
    start = parameter(content_type, "start").strip("<>")
    root = next((one for one in parts if start and one.identifier == start), parts[0])
    return [root, *(one for one in parts if one is not root)]


def _part(piece: bytes) -> Part:
    head, mark, content = re.sub(rb"\A[ \t]*\r?\n", b"", piece, count=1).partition(b"\r\n\r\n")
    if not mark:
        raise NotMultipart("a part has no header")
    headers: dict[str, str] = {}
    for line in re.sub(rb"\r\n[ \t]+", b" ", head).decode("latin_1").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        try:
            content = b64decode(b"".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            raise NotMultipart("base64 unreadable") from None
    return Part(
        headers.get("content-type", ""), headers.get("content-id", "").strip("<> "), content
    )


def included(parts: Sequence[Part], href: str) -> bytes | None:
    """The content that an xop:Include names (RFC 2392); None where there is none."""
    wanted = unquote(href.removeprefix("cid:"))
    return next((one.content for one in parts if wanted and one.identifier == wanted), None)


def written(root: bytes, parts: Sequence[Part], *, action: str) -> tuple[str, bytes]:
    """Content-Type and body of an envelope with its documents beside it."""
    boundary = f"MIMEBoundary-{uuid4().hex}"
    start = f"root-{uuid4().hex}@drimbox"
    kind = (
        f'multipart/related; boundary="{boundary}"; type="application/xop+xml"; '
        f'start="<{start}>"; start-info="application/soap+xml"; action="{action}"'
    )
    body = b"".join(
        f"\r\n--{boundary}\r\nContent-Type: {one.kind}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{one.identifier}>\r\n\r\n".encode()
        + one.content
        for one in (Part(ROOT_TYPE, start, root), *parts)
    )
    return kind, body + f"\r\n--{boundary}--\r\n".encode()
