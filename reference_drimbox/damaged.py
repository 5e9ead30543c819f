"""What pydicom raises for bytes that are no DICOM file, or a damaged one."""

from __future__ import annotations

import struct

from pydicom.errors import BytesLengthException, InvalidDicomError

UNREADABLE = (
    InvalidDicomError, BytesLengthException, ValueError, KeyError, AttributeError, TypeError,
    IndexError, EOFError, OSError, NotImplementedError, RecursionError, struct.error,
)  # fmt: skip
