"""Why a defect of one attribute is seen by other rules too."""

from __future__ import annotations

UNLISTED = "an instance that the evidence no longer lists is still in the content tree"
NO_LINE = "the description still names the series that the evidence no longer lists"
UNSELECTED = "an instance that the content tree no longer names is still in the evidence"
UNDECLARED = "the text of the description is not ASCII"
NO_AUTHORITY = "DICOM asks for some identifier of the authority where MADO asks for this one"

_LOST = {"KOS-REF-01": UNLISTED, "KOS-TXT-06": NO_LINE}
_NOT_SELECTED = {"KOS-REF-03": UNSELECTED}

ALSO: dict[str, dict[str, str]] = {
    "KOS-STU-06A": {"KOS-ACC-06": NO_AUTHORITY},
    "KOS-STU-06E": {"KOS-ACC-06": NO_AUTHORITY},
    "KOS-SOP-03A": {"DICOM-CHR-02": UNDECLARED},
    "KOS-SOP-03E": {"DICOM-CHR-02": UNDECLARED},
    "KOS-SOP-03V": {"DICOM-CHR-03": "the text of the description stays in Latin-1"},
    "KOS-DOC-04A": _LOST,
    "KOS-DOC-04E": _LOST,
    "KOS-EVD-02A": _LOST,
    "KOS-EVD-02E": _LOST,
    "KOS-EVD-03A": {"KOS-TXT-06": NO_LINE},
    "KOS-EVD-03E": {"KOS-TXT-06": NO_LINE},
    "KOS-EVD-04A": {"KOS-REF-01": UNLISTED},
    "KOS-EVD-04E": {"KOS-REF-01": UNLISTED},
    "KOS-EVD-06A": {"KOS-REF-01": UNLISTED},
    "KOS-EVD-06E": {"KOS-REF-01": UNLISTED},
    "KOS-CNT-07A": _NOT_SELECTED,
    "KOS-CNT-07E": _NOT_SELECTED,
    "KOS-CNT-08A": _NOT_SELECTED,
    "KOS-CNT-08E": _NOT_SELECTED,
    "KOS-CNT-10A": _NOT_SELECTED,
    "KOS-CNT-10E": _NOT_SELECTED,
}
