"""Image Pixel (PS3.3 C.7.6.3) from an array."""

from __future__ import annotations

import numpy as np
from pydicom import Dataset

from testdata.images.phantom import Pixels


def add_pixels(document: Dataset, pixels: Pixels, *, bits: int) -> None:
    """Add monochrome unsigned pixels of ``bits`` bits; three dimensions are frames."""
    rows, columns = pixels.shape[-2:]
    document.SamplesPerPixel = 1
    document.PhotometricInterpretation = "MONOCHROME2"
    document.Rows, document.Columns = rows, columns
    document.BitsAllocated = 8 if bits == 8 else 16
    document.BitsStored, document.HighBit = bits, bits - 1
    document.PixelRepresentation = 0
    kind = np.dtype(np.uint8 if bits == 8 else "<u2")
    raw = pixels.astype(kind).tobytes()
    document.PixelData = raw + b"\0" * (len(raw) % 2)
    document["PixelData"].VR = "OB" if bits == 8 else "OW"
