"""Rendered images: window, viewport, and the picture (PS3.18 8.3.5, 10.4.3.3.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom import Dataset
from pydicom.pixels.processing import apply_rescale

from simulators.wado_server.answers import Refused
from simulators.wado_server.syntaxes import frames

JPEG, PNG = "image/jpeg", "image/png"
FORMATS = {JPEG: "JPEG", PNG: "PNG"}
_VIEWPORT = re.compile(r"([1-9][0-9]{0,4}),([1-9][0-9]{0,4})")
_WINDOW = re.compile(r"(-?[0-9.]+),([0-9.]+),(linear|linear-exact|sigmoid)")
_QUALITY = re.compile(r"[1-9][0-9]?|100")
QUALITY = 90
Plane = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Rendering:
    """How to render: width and height at most, centre and width of the window, quality 1 to 100.

    What is None follows the image.
    """

    viewport: tuple[int, int] | None = None
    window: tuple[float, float] | None = None
    quality: int = QUALITY


def rendering(query: Mapping[str, str]) -> Rendering:
    """How a query wants it. Raises Refused: 400 for a value that is none."""
    found = {}
    for name, pattern in (("viewport", _VIEWPORT), ("window", _WINDOW), ("quality", _QUALITY)):
        if name in query:
            found[name] = pattern.fullmatch(query[name])
            if found[name] is None:
                raise Refused(400, f"{name}={query[name]} is no {name}")
    viewport, window, quality = (found.get(one) for one in ("viewport", "window", "quality"))
    return Rendering(
        (int(viewport[1]), int(viewport[2])) if viewport else None,
        (float(window[1]), float(window[2])) if window else None,
        int(quality[0]) if quality else QUALITY,
    )


def picture(document: Dataset, number: int, media: str, how: Rendering) -> bytes:
    """A frame, the first being 1, as a picture of this media type.

    Raises ValueError where the pixels cannot be decoded.
    """
    plane = frames(document)[number - 1]
    grey = plane.shape[-1] == 1
    image = Image.fromarray(_grey(document, plane[..., 0], how) if grey else plane.astype(np.uint8))
    if how.viewport is not None:
        image.thumbnail(how.viewport)
    out = BytesIO()
    options = {"quality": how.quality} if media == JPEG else {}
    image.save(out, FORMATS[media], **options)
    return out.getvalue()


def _grey(document: Dataset, plane: Plane, how: Rendering) -> Plane:
    """Eight bits of a monochrome frame through its window (PS3.3 C.11.2.1.2)."""
    values = apply_rescale(plane, document).astype(float)
    center, width = how.window or _own_window(document, values)
    low = center - 0.5 - (width - 1) / 2
    shown = np.clip((values - low) / max(width - 1, 1), 0, 1)
    if document.PhotometricInterpretation == "MONOCHROME1":
        shown = 1 - shown
    made: Plane = np.round(shown * 255).astype(np.uint8)
    return made


def _own_window(document: Dataset, values: Plane) -> tuple[float, float]:
    """The first window of the image, or one that shows all its values."""
    if "WindowCenter" in document and "WindowWidth" in document:
        found = document.WindowCenter, document.WindowWidth
        center, width = (one if isinstance(one, int | float) else one[0] for one in found)
        return float(center), float(width)
    low, high = float(values.min()), float(values.max())
    return (low + high + 1) / 2, high - low + 1
