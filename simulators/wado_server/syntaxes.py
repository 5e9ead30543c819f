"""Transfer syntaxes: which can be made from which, and how (PS3.5 A; PS3.18 8.7.3).

What is stored uncompressed, or in RLE, can always be decoded. The other codecs are those of
imagecodecs, an extra.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID, RLELossless

from testdata.images.syntaxes import available

IMPLICIT_VR, EXPLICIT_VR = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
JPEG_LOSSLESS, JPEG_LS = "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"
NEVER_SENT = frozenset({IMPLICIT_VR, BIG_ENDIAN})
"""What PS3.18 8.7.3 forbids on the web."""
_NATIVE = frozenset({IMPLICIT_VR, EXPLICIT_VR, BIG_ENDIAN})
_WRITTEN = frozenset({JPEG_LOSSLESS, JPEG_LS})
JPEG = frozenset(f"1.2.840.10008.1.2.4.{one}" for one in (50, 51, 57, 70))
JPEG_LS_FAMILY = frozenset(f"1.2.840.10008.1.2.4.{one}" for one in (80, 81))
JPEG_2000 = frozenset(f"1.2.840.10008.1.2.4.{one}" for one in (90, 91, 201, 202, 203))
MEDIA = {
    **dict.fromkeys(JPEG, "image/jpeg"),
    **dict.fromkeys(JPEG_LS_FAMILY, "image/jls"),
    **dict.fromkeys(("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"), "image/jp2"),
    str(RLELossless): "image/dicom-rle",
}
"""The media type of a frame in a compressed syntax (PS3.18 Table 8.7.3-5)."""

Pixels = npt.NDArray[Any]


def producible(stored: str, target: str) -> bool:
    """Whether an instance stored in one syntax can be sent in another."""
    if stored == target:
        return target not in NEVER_SENT
    decodable = (
        stored in _NATIVE or stored == RLELossless or (available() and stored in _decoders())
    )
    return decodable and (target == EXPLICIT_VR or (target in _WRITTEN and available()))


def transcoded(path: Path, target: str) -> bytes:
    """The file in another syntax. Raises ValueError where its pixels cannot be decoded."""
    document = dcmread(path)
    if document.file_meta.TransferSyntaxUID != target:
        pixels = frames(document) if "PixelData" in document else None
        document.file_meta.TransferSyntaxUID = UID(target if pixels is not None else EXPLICIT_VR)
        if pixels is not None:
            _write_pixels(document, pixels, target)
    out = BytesIO()
    document.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _write_pixels(document: Dataset, pixels: Pixels, target: str) -> None:
    native = target == EXPLICIT_VR
    if native:
        document.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    else:
        document.PixelData = encapsulate([_encoded(one, document, target) for one in pixels])
    wide = native and document.BitsAllocated > 8
    document["PixelData"].VR = "OW" if wide else "OB"
    document["PixelData"].is_undefined_length = not native
    if document.SamplesPerPixel > 1:
        document.PlanarConfiguration = 0
        document.PhotometricInterpretation = "RGB"


def _encoded(frame: Pixels, document: Dataset, target: str) -> bytes:
    """A frame without loss: JPEG of process 14, or JPEG-LS."""
    import imagecodecs as codecs

    unsigned = np.ascontiguousarray(frame).view(np.dtype(f"u{frame.dtype.itemsize}"))
    plane = unsigned[..., 0] if unsigned.shape[-1] == 1 else unsigned
    if target == JPEG_LS:
        return bytes(codecs.jpegls_encode(plane))
    bits = int(document.BitsAllocated if document.PixelRepresentation else document.BitsStored)
    return bytes(codecs.jpeg_encode(plane, lossless=True, predictor=1, bitspersample=bits))


def frames(document: Dataset) -> Pixels:
    """The pixels of every frame, decoded, little endian: frames, rows, columns, samples.

    Raises ValueError where no codec reads them.
    """
    stored = str(document.file_meta.TransferSyntaxUID)
    count = int(document.get("NumberOfFrames") or 1)
    samples = int(document.SamplesPerPixel)
    shape = (count, int(document.Rows), int(document.Columns), samples)
    if stored in _NATIVE or stored == RLELossless:
        found = pixel_array(document, raw=False)
    elif available() and stored in _decoders():
        read = _decoders()[stored]
        streams = generate_frames(document.PixelData, number_of_frames=count)
        found = np.stack([read(one) for one in streams])
        if document.PixelRepresentation:
            found = found.view(np.dtype(f"i{found.dtype.itemsize}"))
    else:
        raise ValueError(f"transfer syntax {stored}: pip install 'drimcheck[codecs]'")
    return found.reshape(shape).astype(found.dtype.newbyteorder("<"))


def _decoders() -> dict[str, Callable[[bytes], Pixels]]:
    import imagecodecs as codecs

    return {
        **dict.fromkeys(JPEG, codecs.jpeg_decode),
        **dict.fromkeys(JPEG_LS_FAMILY, codecs.jpegls_decode),
        **dict.fromkeys(JPEG_2000, codecs.jpeg2k_decode),
    }
