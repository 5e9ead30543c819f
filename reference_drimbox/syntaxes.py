"""Instances as they are sent: with the INS, decoded where they cannot go as they are stored.

What is uncompressed, deflated or RLE can always be decoded; the other codecs are those of
imagecodecs, the extra ``codecs``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import pixel_array
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from reference_drimbox.accept import EXPLICIT_VR, Accepted
from reference_drimbox.cda import Identifier

NEVER_SENT = frozenset({str(ImplicitVRLittleEndian), str(ExplicitVRBigEndian)})
"""What PS3.18 8.7.3 keeps off the web."""
NATIVE = NEVER_SENT | {str(ExplicitVRLittleEndian), str(DeflatedExplicitVRLittleEndian)}
PIXELS = 0x7FE00010


class NotAcceptable(Exception):
    """An instance that can be sent in no syntax that is accepted."""


def syntax_of(path: Path) -> str:
    """The transfer syntax in which an instance is stored."""
    with path.open("rb") as stream:
        found = dcmread(stream, stop_before_pixels=True, specific_tags=["SOPClassUID"])
    return str(found.file_meta.TransferSyntaxUID)


def target(stored: str, accepted: Accepted) -> str:
    """The syntax in which an instance is sent: as it is stored, else decoded (C-RES-05).

    Raises NotAcceptable.
    """
    if stored not in NEVER_SENT and accepted.takes(stored):
        return stored
    if accepted.takes(EXPLICIT_VR) and decodable(stored):
        return EXPLICIT_VR
    raise NotAcceptable(stored)


def decodable(stored: str) -> bool:
    return stored in NATIVE or stored == RLELossless or stored in _decoders()


def delivered(path: Path, accepted: Accepted, ins: Identifier | None) -> tuple[str, bytes]:
    """The syntax in which an instance is sent and its file, with the INS beside the local
    identifier (C-RES-08). Raises NotAcceptable.
    """
    document = dcmread(path)
    stored = str(document.file_meta.TransferSyntaxUID)
    syntax = target(stored, accepted)
    if ins is not None and ins.extension:
        _add_ins(document, ins)
    if stored != syntax:
        if PIXELS in document:
            _decode(document)
        document.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out = BytesIO()
    document.save_as(out, enforce_file_format=True)
    return syntax, out.getvalue()


def _add_ins(document: Dataset, ins: Identifier) -> None:
    known = document.get("OtherPatientIDsSequence") or []
    if any(str(one.get("PatientID", "")) == ins.extension for one in known):
        return
    issuer = Dataset()
    issuer.UniversalEntityID, issuer.UniversalEntityIDType = ins.root, "ISO"
    made = Dataset()
    made.PatientID = ins.extension
    made.TypeOfPatientID = "TEXT"
    made.IssuerOfPatientIDQualifiersSequence = Sequence([issuer])
    document.OtherPatientIDsSequence = Sequence([*known, made])


def _decode(document: Dataset) -> None:
    """The pixels native and little endian, colours by pixel (PS3.5 A.2)."""
    stored = str(document.file_meta.TransferSyntaxUID)
    if stored in NATIVE and stored != ExplicitVRBigEndian:
        return
    found = _pixels(document, stored)
    raw = found.tobytes()
    document.PixelData = raw + b"\0" * (len(raw) % 2)
    document["PixelData"].VR = "OW" if document.BitsAllocated > 8 else "OB"
    document["PixelData"].is_undefined_length = False
    if document.SamplesPerPixel > 1:
        document.PlanarConfiguration = 0
        document.PhotometricInterpretation = "RGB"


def _pixels(document: Dataset, stored: str) -> Any:
    if stored in NATIVE or stored == RLELossless:
        found = pixel_array(document, raw=False)
    else:
        read, count = _decoders()[stored], int(document.get("NumberOfFrames") or 1)
        streams = generate_frames(document.PixelData, number_of_frames=count)
        found = np.stack([read(one) for one in streams])
        if document.PixelRepresentation:
            found = found.view(np.dtype(f"i{found.dtype.itemsize}"))
    return found.astype(found.dtype.newbyteorder("<"))


def _decoders() -> dict[str, Callable[[bytes], Any]]:
    if find_spec("imagecodecs") is None:
        return {}
    import imagecodecs as codecs

    families = (
        ((50, 51, 57, 70), codecs.jpeg_decode),
        ((80, 81), codecs.jpegls_decode),
        ((90, 91, 201, 202, 203), codecs.jpeg2k_decode),
    )
    return {f"1.2.840.10008.1.2.4.{one}": read for family, read in families for one in family}
