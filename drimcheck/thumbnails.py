"""Pictures for people: the first image of a series as it was retrieved."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from validators.model import Picture, Text
from validators.wado.response import Response

MAX_IMAGE = 1 << 26
MOST = 24
"""Series that a report shows."""
GIVEN = frozenset({"200", "206"})


class Gallery:
    """The pictures of a run: one of each series, the first time that it comes."""

    def __init__(self) -> None:
        self._shown: set[str] = set()

    def of(self, answer: Response) -> tuple[Picture, ...]:
        """The picture of an answer; none where it holds no image, or none that can be decoded."""
        if len(self._shown) >= MOST:
            return ()
        if not set(answer.head.start[1:2]) & GIVEN or not answer.parts:
            return ()
        first = answer.parts[0].part
        if first.length > MAX_IMAGE:
            return ()
        raw = first.read(0, first.length)
        series = _series(raw)
        made = _picture(raw) if series and series not in self._shown else b""
        if not made:
            return ()
        self._shown.add(series)
        count, number = len(answer.parts), len(self._shown)
        caption = Text(
            f"Series {number}: the first of {count} instances retrieved",
            f"Série {number} : la première de {count} instances récupérées",
        )
        return (Picture(caption, base64.b64encode(made).decode(), series),)


def _series(raw: bytes) -> str:
    """The series that an image says it is of, whatever was asked for; "" where it says none."""
    from pydicom import dcmread

    from reference_drimbox.damaged import UNREADABLE

    try:
        found = dcmread(BytesIO(raw), stop_before_pixels=True, specific_tags=["SeriesInstanceUID"])
        return str(found.SeriesInstanceUID)
    except UNREADABLE:
        return ""


def _picture(raw: bytes) -> bytes:
    from reference_drimbox.pictures import NoPicture, thumbnail

    with NamedTemporaryFile(suffix=".dcm") as stream:
        stream.write(raw)
        stream.flush()
        try:
            return thumbnail(Path(stream.name))
        except NoPicture:
            return b""
