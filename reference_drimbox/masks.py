"""Who must not see a document: the flags MetaDMPMSS, as codes of the DMP (B-XH-01)."""

from __future__ import annotations

from reference_drimbox.vihf import Code

NORMAL = Code("N", "2.16.840.1.113883.5.25", "Normal")
SYSTEM = "1.2.250.1.213.1.1.4.13"
CODES = {
    "MASQUE_PS": Code("MASQUE_PS", SYSTEM, "Masqué aux professionnels de santé"),
    "INVISIBLE_PATIENT": Code("INVISIBLE_PATIENT", SYSTEM, "Non visible par le patient"),
    "INVISIBLE_REP_LEGAUX": Code("INVISIBLE_REPRESENTANTS_LEGAUX", SYSTEM,
                                 "Non visible par les représentants légaux du patient"),
}  # fmt: skip
"""By the flag of the message, the code of the metadata (JDV_J08)."""
