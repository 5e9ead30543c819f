"""Write the standard tables of the catalogue from the registry of pydicom.

Run it with the version of pydicom named in the lock: python scripts/generate_tables.py
"""

from pathlib import Path

import pydicom
from pydicom._dicom_dict import DicomDictionary
from pydicom._uid_dict import UID_dictionary
from pydicom.sr._cid_dict import cid_concepts
from pydicom.sr._concepts_dict import concepts

TABLES = Path(__file__).parent.parent / "validators" / "catalogue" / "tables"

# CP-2595 (letter ballot of 2026-03-22); the registry of pydicom 3.0.2 is older.
ADDED_ELEMENTS = ((0x0040E012, "UR", "1", "DisplayURI", "Display URI"),)
ADDED_CODES = (("7010", "131560", "Manifest with Description"),)

CONTEXT_GROUPS = (29, 32, 7010, 7011, 7012)

KINDS = (
    ("WAVEFORM", ("Waveform", "ECG Storage", "Pulse", "Sleep", "Electro", "Respiratory")),
    (
        "COMPOSITE",
        (
            "SR Storage",
            "Report Storage",
            "Key Object",
            "Presentation State",
            "Encapsulated",
            "RT Plan",
            "RT Structure Set",
            "RT Ion Plan",
            "Radiation Dose SR",
            "CAD SR",
        ),
    ),
    ("IMAGE", ("Image Storage", "Tomosynthesis Image", "Segmentation Storage", "Parametric Map")),
)
MULTI_FRAME = ("Multi-frame", "Enhanced", "Tomosynthesis", "Video", "Whole Slide", "Segmentation")


def kind_of(name: str) -> str:
    """Value type under which a content tree names the class, or "any" where unclear."""
    return next((kind for kind, marks in KINDS if any(mark in name for mark in marks)), "any")


def write(name: str, head: str, rows: list[tuple[str, ...]]) -> None:
    source = f"# Source: {head}, registry of pydicom {pydicom.__version__}\n"
    lines = ("\t".join(row) + "\n" for row in rows)
    (TABLES / name).write_text(source + "".join(lines), encoding="utf-8")


def elements() -> list[tuple[str, ...]]:
    rows = {
        tag: (vr, vm, keyword, name)
        for tag, (vr, vm, name, _, keyword) in DicomDictionary.items()
        if vr != "NONE"
    }
    for tag, vr, vm, keyword, name in ADDED_ELEMENTS:
        rows[tag] = (vr, vm, keyword, name)
    return [(f"{tag:08X}", *row) for tag, row in sorted(rows.items())]


def storage_classes() -> list[tuple[str, ...]]:
    rows = []
    for uid, (name, kind, _, _, _) in UID_dictionary.items():
        if kind == "SOP Class" and "Storage" in name and uid.startswith("1.2.840.10008.5.1.4."):
            frames = "multi-frame" if any(mark in name for mark in MULTI_FRAME) else ""
            rows.append((uid, name, kind_of(name), frames))
    return sorted(rows)


def transfer_syntaxes() -> list[tuple[str, ...]]:
    return sorted(
        (uid, name, "retired" if retired else "")
        for uid, (name, kind, _, retired, _) in UID_dictionary.items()
        if kind == "Transfer Syntax"
    )


def context_groups() -> list[tuple[str, ...]]:
    rows = []
    for cid in CONTEXT_GROUPS:
        for scheme, keywords in cid_concepts[cid].items():
            for keyword in keywords:
                for value, (meaning, cids) in concepts[scheme][keyword].items():
                    if cid in cids:
                        rows.append((str(cid), scheme, value, meaning))
    rows += [(cid, "DCM", value, meaning) for cid, value, meaning in ADDED_CODES]
    return sorted(rows)


if __name__ == "__main__":
    write("ps3.6-elements.tsv", "DICOM PS3.6", elements())
    write("ps3.4-storage-classes.tsv", "DICOM PS3.6 Table A-1", storage_classes())
    write("ps3.6-transfer-syntaxes.tsv", "DICOM PS3.6 Table A-1", transfer_syntaxes())
    write("ps3.16-context-groups.tsv", "DICOM PS3.16 context groups", context_groups())
