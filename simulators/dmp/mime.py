"""Multipart messages of MTOM: parts by their Content-ID (RFC 2387, XOP 1.0)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote
from uuid import uuid4

from simulators.dmp.problem import Fault

MAX_PARTS = 256
ROOT_TYPE = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'
ROOT_ID = "root@dmp"


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its type, its Content-ID without brackets, and its content, decoded."""

    kind: str
    identifier: str
    content: bytes


def parameter(content_type: str, name: str) -> str:
    """A parameter of a Content-Type header; "" where it is absent."""
    message = Message()
    message["Content-Type"] = content_type
    found = message.get_param(name, "")
    return found if isinstance(found, str) else ""


def read(content_type: str, body: bytes) -> list[Part]:
    """The parts of a multipart body, the root first. Raises Fault where it is none."""
    boundary = parameter(content_type, "boundary").encode("latin_1")
    if not boundary:
        raise Fault("multipart without boundary")
    pieces = re.split(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?=--|[ \t]*\r?\n)", body)
    parts = [_part(piece) for piece in pieces[1 : MAX_PARTS + 2] if not piece.startswith(b"--")]
    if len(pieces) < 3 or not pieces[-1].startswith(b"--") or len(parts) > MAX_PARTS:
        raise Fault("multipart without its last boundary, or with too many parts")
    start = parameter(content_type, "start").strip("<>")
    root = next((one for one in parts if start and one.identifier == start), parts[0])
    return [root, *(one for one in parts if one is not root)]


def _part(piece: bytes) -> Part:
    head, mark, content = re.sub(rb"\A[ \t]*\r?\n", b"", piece, count=1).partition(b"\r\n\r\n")
    if not mark:
        raise Fault("a part has no header")
    headers: dict[str, str] = {}
    for line in re.sub(rb"\r\n[ \t]+", b" ", head).decode("latin_1").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        content = decoded(content)
    identifier = headers.get("content-id", "").strip("<> ")
    return Part(headers.get("content-type", ""), identifier, content)


def decoded(text: bytes) -> bytes:
    """What base64 holds. Raises Fault where it is none."""
    try:
        return b64decode(b"".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Fault("base64 unreadable") from None


def included(parts: Sequence[Part], href: str) -> bytes | None:
    """The content that an xop:Include refers to (RFC 2392); None where there is none."""
    wanted = unquote(href.removeprefix("cid:"))
    return next((one.content for one in parts if wanted and one.identifier == wanted), None)


def written(root: bytes, parts: Sequence[Part]) -> tuple[str, bytes]:
    """Content type and body of a message: an envelope, and the documents beside it."""
    boundary = f"MIMEBoundary-{uuid4().hex}"
    kind = (
        f'multipart/related; boundary="{boundary}"; type="application/xop+xml"; '
        f'start="<{ROOT_ID}>"; start-info="application/soap+xml"'
    )
    body = b"".join(
        f"\r\n--{boundary}\r\nContent-Type: {one.kind}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{one.identifier}>\r\n\r\n".encode()
        + one.content
        for one in (Part(ROOT_TYPE, ROOT_ID, root), *parts)
    )
    return kind, body + f"\r\n--{boundary}--\r\n".encode()
