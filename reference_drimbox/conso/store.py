"""Sending files to the local PACS: C-STORE (PS3.4 B), STOW-RS (PS3.18 10.5), or to a folder."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any
from uuid import uuid4

from pydicom import dcmread
from pynetdicom import AE, evt
from pynetdicom.presentation import build_context

from reference_drimbox.conso.config import Pacs
from reference_drimbox.conso.wado import Received
from reference_drimbox.http import Client, Unreachable

BETWEEN = 0.002
"""Seconds between two messages of one association. The thread that pynetdicom pauses while it waits
for an answer wakes after it; one that has not woken yet takes the next answer for a request
(``Association._run_reactor`` of 3.0.4)."""
MOST_CONTEXTS = 128
"""Presentation contexts of an association (PS3.8 9.3.2.2)."""
BATCH = 1 << 24
SUCCESS, WARNINGS = 0x0000, frozenset((0xB000, 0xB006, 0xB007))
"""Statuses with which the PACS has the instance (PS3.4 B.2.3)."""
JSON = "application/dicom+json"
REFERENCED, INSTANCE = "00081199", "00081155"


class NotSent(Exception):
    """Nobody takes the files; the text says why."""


def by_store(pacs: Pacs, files: Sequence[Received]) -> Iterator[tuple[str, bool]]:
    """Each instance, and whether the PACS has it, as it goes. Raises NotSent."""
    left = list(files)
    while left:
        contexts, batch = _batch(left)
        left = left[len(batch) :]
        yield from _associated(pacs, contexts, batch)


def _batch(files: Sequence[Received]) -> tuple[set[tuple[str, str]], list[Received]]:
    """As many files, in their order, as one association has contexts for."""
    contexts: set[tuple[str, str]] = set()
    batch: list[Received] = []
    for one in files:
        named = _class_of(one.path), one.syntax
        if named not in contexts and len(contexts) == MOST_CONTEXTS:
            break
        contexts.add(named)
        batch.append(one)
    return contexts, batch


def _class_of(path: Path) -> str:
    head = dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID"])
    return str(head.SOPClassUID)


def _associated(
    pacs: Pacs, contexts: set[tuple[str, str]], batch: Sequence[Received]
) -> Iterator[tuple[str, bool]]:
    entity = AE(ae_title=pacs.calling)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = pacs.seconds
    entity.connection_timeout = min(pacs.seconds, 10.0)
    # Without it each message waits for the delayed acknowledgement of TCP.
    handlers: list[Any] = [(evt.EVT_CONN_OPEN, _no_delay)]
    made = entity.associate(
        pacs.host,
        pacs.port,
        contexts=[build_context(*one) for one in sorted(contexts)],
        ae_title=pacs.title,
        evt_handlers=handlers,
    )
    if not made.is_established:
        raise NotSent("the PACS refuses the association, or does not answer")
    try:
        for one in batch:
            if not made.is_established:
                raise NotSent("the PACS ended the association")
            time.sleep(BETWEEN)
            try:
                status = made.send_c_store(one.path)
            except ValueError:
                # No context was accepted for its class and syntax.
                yield one.uid, False
                continue
            code = status.get("Status") if status else None
            yield one.uid, code == SUCCESS or code in WARNINGS
    finally:
        if made.is_established:
            made.release()


def _no_delay(event: Any) -> None:
    event.assoc.dul.socket.socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)


def by_stow(
    client: Client, base: str, files: Sequence[Received], seconds: float
) -> Iterator[tuple[str, bool]]:
    """Each instance, and whether the PACS says that it stored it. Raises NotSent."""
    left = list(files)
    while left:
        batch = [left.pop(0)]
        size = batch[0].bytes
        while left and size + left[0].bytes <= BATCH:
            size += left[0].bytes
            batch.append(left.pop(0))
        stored = _posted(client, base, batch, seconds)
        yield from ((one.uid, one.uid in stored) for one in batch)


def _posted(client: Client, base: str, batch: Sequence[Received], seconds: float) -> set[str]:
    boundary = uuid4().hex
    body = b"".join(
        f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        + one.path.read_bytes()
        + b"\r\n"
        for one in batch
    )
    headers = {
        "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
        "Accept": JSON,
    }
    try:
        answer = client.send(
            "POST",
            f"{base.rstrip('/')}/studies",
            headers=headers,
            content=body + f"--{boundary}--\r\n".encode(),
            seconds=seconds,
        )
    except Unreachable as problem:
        raise NotSent(str(problem)) from None
    if answer.status not in (200, 202, 409):
        raise NotSent(f"the PACS answers {answer.status}")
    return _stored(answer.body)


def _stored(body: bytes) -> set[str]:
    """The instances of the Referenced SOP Sequence (PS3.18 I.2)."""
    try:
        told = json.loads(body)
        found = told[0] if isinstance(told, list) else told
        items = found.get(REFERENCED, {}).get("Value", [])
        return {str(one[INSTANCE]["Value"][0]) for one in items}
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
        raise NotSent("the PACS does not say what it stored") from None


def by_copy(folder: Path, study: str, series: str, files: Sequence[Received]) -> Iterator[
    tuple[str, bool]
]:  # fmt: skip
    """Each instance in ``folder/study/series/instance.dcm``. Raises NotSent."""
    place = folder / study / series
    try:
        place.mkdir(parents=True, exist_ok=True)
        for one in files:
            part = place / f".{one.uid}.part"
            shutil.copyfile(one.path, part)
            os.replace(part, place / f"{one.uid}.dcm")
            yield one.uid, True
    except OSError as problem:
        raise NotSent(f"the folder cannot be written: {problem.strerror}") from None
