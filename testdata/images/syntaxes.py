"""Transfer syntaxes: an uncompressed image encoded in each that a codec can write (PS3.5 A.4).

The codecs are those of imagecodecs, an extra; without it only what is uncompressed is written.
No codec here writes MPEG-2 or MPEG-4 video, so there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

IMPLICIT_VR = "1.2.840.10008.1.2"
EXPLICIT_VR = "1.2.840.10008.1.2.1"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
UNCOMPRESSED = frozenset({IMPLICIT_VR, EXPLICIT_VR})
LOSSY = {
    JPEG_BASELINE: "ISO_10918_1",
    JPEG_EXTENDED: "ISO_10918_1",
    JPEG_2000: "ISO_15444_1",
}
"""Lossy Image Compression Method of the syntaxes that lose something here (C.7.6.1.1.5)."""

QUALITY = 90
JPEG_2000_LEVEL = 60

Frame = npt.NDArray[Any]


def available() -> bool:
    """Whether the codecs are installed."""
    return find_spec("imagecodecs") is not None


def _encoders(bits: int) -> dict[str, Callable[[Frame], bytes | bytearray]]:
    import imagecodecs as codecs

    return {
        JPEG_BASELINE: lambda frame: codecs.jpeg_encode(frame, QUALITY),
        JPEG_EXTENDED: lambda frame: codecs.jpeg_encode(frame, QUALITY, bitspersample=bits),
        JPEG_LOSSLESS_SV1: lambda frame: codecs.jpeg_encode(
            frame, lossless=True, predictor=1, bitspersample=bits
        ),
        JPEG_LS: codecs.jpegls_encode,
        JPEG_2000: lambda frame: codecs.jpeg2k_encode(
            frame, JPEG_2000_LEVEL, codecformat="j2k", bitspersample=bits, numthreads=1
        ),
    }


def encode(document: Dataset, syntax: str) -> None:
    """Change the transfer syntax of an uncompressed object, and its pixels with it.

    An object without pixels can only be uncompressed. Raises KeyError for a syntax that no
    codec writes.
    """
    document.file_meta.TransferSyntaxUID = UID(syntax)
    if syntax in UNCOMPRESSED:
        return
    encoder = _encoders(document.BitsStored)[syntax]
    frames = _frames(document)
    encoded = [bytes(encoder(frame)) for frame in frames]
    document.PixelData = encapsulate(encoded)
    document["PixelData"].VR = "OB"
    document["PixelData"].is_undefined_length = True
    if syntax in LOSSY:
        ratio = sum(frame.nbytes for frame in frames) / sum(map(len, encoded))
        document.LossyImageCompression = "01"
        document.LossyImageCompressionRatio = f"{ratio:.2f}"
        document.LossyImageCompressionMethod = LOSSY[syntax]


def _frames(document: Dataset) -> list[Frame]:
    kind = np.dtype(np.uint8 if document.BitsAllocated == 8 else "<u2")
    count = int(document.get("NumberOfFrames", 1))
    size = document.Rows * document.Columns
    flat = np.frombuffer(document.PixelData, kind)[: count * size]
    return list(flat.reshape(count, document.Rows, document.Columns))
