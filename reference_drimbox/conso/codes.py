"""The value sets by which a search narrows down (CI-SIS JDV, DRIM-M A.9)."""

from __future__ import annotations

MODALITIES = (
    "AR", "BDUS", "BI", "BMD", "CR", "CT", "DG", "DMS", "DX", "ECG", "EEG", "EMG", "EOG", "EPS",
    "ES", "GM", "HD", "IO", "IVOCT", "IVUS", "KER", "LEN", "LS", "MG", "MR", "NM", "OAM", "OCT",
    "OP", "OPM", "OPT", "OPTBSV", "OPTENF", "OPV", "OSS", "POS", "PT", "PX", "RESP", "RF", "RG",
    "RTIMAGE", "SM", "SRF", "TG", "US", "VA", "XA", "XC",
)  # fmt: skip
"""JDV_ModaliteAcquisition_CISIS, 1.2.250.1.213.1.1.5.618."""
REGIONS = {
    "63337009": ("segment abdominopelvien du tronc", "abdominopelvic segment of trunk"),
    "38266002": ("corps entier", "entire body"),
    "53120007": ("membre supérieur", "upper limb"),
    "61685007": ("membre inférieur", "lower limb"),
    "67734004": ("segment thoracique du tronc", "thoracic segment of trunk"),
    "774007": ("tête et cou", "head and neck"),
    "113257007": ("système cardiovasculaire", "cardiovascular system"),
    "80891009": ("cœur", "heart"),
    "76752008": ("sein", "breast"),
    "737561001": ("colonne vertébrale et/ou moelle épinière", "spine and/or spinal cord"),
}
"""JDV_RegionAnatomique_CISIS, 1.2.250.1.213.1.1.5.695."""
MODALITY_SYSTEMS = frozenset(("1.2.250.1.213.1.1.5.618", "1.2.840.10008.2.16.4"))
REGION_SYSTEMS = frozenset(("1.2.250.1.213.1.1.5.695", "2.16.840.1.113883.6.96"))
"""Metadata name the value set, or the code system behind it."""
