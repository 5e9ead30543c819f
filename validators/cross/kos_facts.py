"""The facts of a KOS (DRIM-M A.2 to A.6)."""

from __future__ import annotations

import hashlib
import re

from validators.catalogue import value_set
from validators.cross.facts import Fact, Facts, fact
from validators.kos import Kos, load, tags
from validators.kos.subject import KOS_CLASS, value_type
from validators.reading.dicom import Buffer, Item
from validators.reading.dicom_tree import tag_text

PATIENT_NAME, BIRTH_DATE, SEX, COMMENTS = 0x00100010, 0x00100030, 0x00100040, 0x00104000
OTHER_NAMES, INSTITUTION = 0x00101001, 0x00080080
STUDY_DATE, STUDY_TIME, DESCRIPTION = 0x00080020, 0x00080030, 0x00081030
CREATED_ON, CREATED_AT = 0x00080012, 0x00080013
SOP_INSTANCE, SOP_CLASS, STUDY, ACCESSION = 0x00080018, 0x00080016, 0x0020000D, 0x00080050
PLACER_NUMBER, ENTITY = 0x00402016, 0x00400032
_SERIES_LINE = re.compile(r"S.{1,3}rie-([0-9.]+) : ([A-Z0-9]+) @[^:]*: ?(.*)")
_ACT_LINE = re.compile(r"\s*Acte = *(?:: *)?(.+)")


def acquisition_modalities() -> frozenset[str]:
    """The modalities that acquire images: the only ones that report and metadata name."""
    return value_set("modality")[1]


class KosFacts(Facts):
    """The facts of a KOS, and the document itself for what is asked of each reference."""

    def __init__(self, name: str, kos: Kos, parent: str = "") -> None:
        super().__init__(name, "kos", parent)
        self.kos = kos


def kos_facts(name: str, buffer: Buffer, parent: str = "") -> KosFacts:
    """The facts of a KOS; of a file that is none, the problem alone."""
    kos = load(buffer)
    found = KosFacts(name, kos, parent)
    if kos.unread or kos.file.broken or kos.root.text(SOP_CLASS) != KOS_CLASS:
        found.problem = kos.unread or kos.root.text(SOP_CLASS) or "DICM"
        return found
    root = kos.root
    _add_patient(found, root)
    _add_study(found, root)
    for request in kos.requests:
        found.add("accession", _value(request, ACCESSION))
        found.add("accession_oid", *_entities(request, tags.ISSUER_OF_ACCESSION_NUMBER))
        found.add("placer", _value(request, PLACER_NUMBER))
        found.add("placer_oid", *_entities(request, tags.ORDER_PLACER))
    _add_text(found, kos)
    content = bytes(buffer)
    found.add("hash", Fact(hashlib.sha1(content).hexdigest(), ""))  # noqa: S324 - as XDS
    found.add("size", Fact(str(len(content)), ""))
    return found


def _value(item: Item, tag: int) -> Fact:
    return fact(item, item.text(tag), tag_text(tag))


def _entities(item: Item, sequence: int) -> list[Fact]:
    """The OIDs of the authorities in a sequence."""
    return [_value(one, ENTITY) for one in item.items(sequence)]


def _add_patient(found: Facts, root: Item) -> None:
    found.add("ins", _value(root, tags.PATIENT_ID))
    found.add("ins_oid", *_entities(root, tags.PATIENT_ID_QUALIFIERS))
    for other in root.items(tags.OTHER_PATIENT_IDS_SEQUENCE):
        found.add("ins_oid", *_entities(other, tags.PATIENT_ID_QUALIFIERS))
    name = root.text(PATIENT_NAME).split("^")
    place = tag_text(PATIENT_NAME)
    found.add("family", fact(root, name[0].strip(), place))
    found.add("given", fact(root, name[1].strip() if len(name) > 1 else "", place))
    _add_other_names(found, root)
    found.add("birth_date", _value(root, BIRTH_DATE))
    found.add("sex", _value(root, SEX))
    found.add("birthplace", _value(root, COMMENTS))


def _add_other_names(found: Facts, root: Item) -> None:
    """The given names of birth, and the used name (A-PAT-07)."""
    element = root.elements.get(OTHER_NAMES)
    names = element.values if element is not None and element.text else []
    place = tag_text(OTHER_NAMES)
    if names and names[0].startswith("^"):
        found.add("given_names", fact(root, names[0].strip("^"), place))
        for used in names[1:2]:
            family, _, given = used.partition("^")
            found.add("used_family", fact(root, family, place))
            found.add("used_given", fact(root, given.strip("^"), place))


def _add_study(found: Facts, root: Item) -> None:
    found.add("study", _value(root, STUDY))
    found.add("study_date", _value(root, STUDY_DATE))
    found.add("study_time", _value(root, STUDY_TIME))
    found.add("description", _value(root, DESCRIPTION))
    institution = root.text(INSTITUTION).split("^")
    place = tag_text(INSTITUTION)
    found.add("structure_name", fact(root, institution[0].strip(), place))
    found.add("structure_id", fact(root, (institution + [""] * 10)[9].strip(), place))
    found.add("kos_uid", _value(root, SOP_INSTANCE))
    created = root.text(CREATED_ON) + root.text(CREATED_AT).partition(".")[0]
    zone = root.text(tags.TIMEZONE_OFFSET)
    found.add("created", fact(root, created + zone, tag_text(CREATED_ON)))


def _add_text(found: KosFacts, kos: Kos) -> None:
    """Act and modalities from the description (A-CNT-05); its lines end in any way."""
    for item in kos.content:
        if value_type(item) != "TEXT":
            continue
        joined = re.sub(r"(?<!\n)\n {6,}", " ", item.text(tags.TEXT_VALUE).replace("\r", "\n"))
        for line in joined.split("\n"):
            act, series = _ACT_LINE.match(line), _SERIES_LINE.match(line.strip())
            if act:
                found.add("act", fact(item, act[1].strip(), "(0040,A160)"))
            if series and series[2] in acquisition_modalities():
                found.add("modality", fact(item, series[2], "(0040,A160)"))
            if series:
                found.add(f"line {series[1]}", fact(item, f"{series[2]} {series[3].strip()}",
                                                    "(0040,A160)"))  # fmt: skip
