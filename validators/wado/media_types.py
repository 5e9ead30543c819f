"""Media types of compressed pixel data and their transfer syntaxes (PS3.18 Table 8.7.3-5)."""

from __future__ import annotations

_ROOT = "1.2.840.10008.1.2"
SYNTAXES_OF = {
    name: tuple(f"{_ROOT}.{last}" for last in syntaxes.split())
    for name, syntaxes in {
        "image/jpeg": "4.70 4.50 4.51 4.57",
        "image/dicom-rle": "5",
        "image/jls": "4.80 4.81",
        "image/jp2": "4.90 4.91",
        "image/jpx": "4.92 4.93",
        "image/jphc": "4.201 4.202 4.203",
        "image/jxl": "4.110 4.111 4.112",
        "video/mpeg": "4.100 4.100.1 4.101 4.101.1",
        "video/mp4": "4.102 4.102.1 4.103 4.103.1 4.104 4.104.1 4.105 4.105.1 4.106 4.106.1",
        "video/h265": "4.107 4.108",
        "application/octet-stream": "1",
    }.items()
}
"""The transfer syntaxes of each media type, the one meant where none is named first."""
OBSOLETE = {"image/x-jls": "image/jls", "image/x-dicom-rle": "image/dicom-rle"}
"""Media types withdrawn from PS3.18, and what stands for them."""
