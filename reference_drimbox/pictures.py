"""Thumbnails of DICOM images: the frame in the middle, its window applied, as a PNG."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame
from pydicom.pixels.processing import apply_rescale, apply_voi_lut
from pydicom.pixels.utils import pixel_array

from reference_drimbox.damaged import UNREADABLE

SIDE = 128
MOST_PIXELS = 1 << 26
PERCENTILES = (1, 99)
_UNREADABLE = (*UNREADABLE, RuntimeError)
"""A decoder raises RuntimeError for a codestream that it cannot follow."""


class NoPicture(Exception):
    """The file has no picture that can be shown."""


def thumbnail(path: Path) -> bytes:
    """A PNG of at most 128 pixels a side. Raises NoPicture."""
    try:
        document = dcmread(path, defer_size=1 << 16)
        grey = _grey(document)
    except _UNREADABLE:
        raise NoPicture from None
    picture = Image.fromarray(grey)
    picture.thumbnail((SIDE, SIDE))
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def _grey(document: Dataset) -> Any:
    """Eight bits a pixel, grey or RGB, black where the image is darkest."""
    if int(document.Rows) * int(document.Columns) > MOST_PIXELS:
        raise NoPicture
    frame = (int(document.get("NumberOfFrames") or 1) - 1) // 2
    pixels = _frame(document, frame)
    if pixels.ndim == 3:
        return pixels.astype(np.uint8)
    shown = apply_rescale(pixels, document).astype(np.float64)
    if document.get("WindowWidth") or document.get("VOILUTSequence"):
        shown = apply_voi_lut(shown, document).astype(np.float64)
        low, high = float(shown.min()), float(shown.max())
    else:
        low, high = (float(one) for one in np.percentile(shown, PERCENTILES))
    scaled = np.clip((shown - low) / ((high - low) or 1.0), 0, 1) * 255
    if document.get("PhotometricInterpretation") == "MONOCHROME1":
        scaled = 255 - scaled
    return scaled.astype(np.uint8)


def _frame(document: Dataset, number: int) -> Any:
    """A frame decoded: by pydicom and its plugins, else by imagecodecs where it is installed."""
    try:
        return pixel_array(document, index=number)
    except (RuntimeError, NotImplementedError, AttributeError, ValueError):
        try:
            import imagecodecs
        except ImportError:
            raise NoPicture from None
        frames = int(document.get("NumberOfFrames") or 1)
        raw = get_frame(document.PixelData, number, number_of_frames=frames)
        return np.asarray(imagecodecs.imread(raw))
