"""Entries of the structured body: the object catalog, and the technique (CR-IMG; PS3.20 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from validators.catalogue import value_set
from validators.catalogue.tables import storage_classes
from validators.cda.subject import MODALITY, Cda, modalities, rule, sections_of
from validators.identifiers import is_uid
from validators.model import Defect
from validators.reading.xml import XmlNode

IMAGING_ACT = "1.2.250.1.213.1.1.2.206"
CATALOG = "1.2.250.1.213.1.1.2.217"
TECHNIQUE = ("1.2.250.1.213.1.1.3.153", "1.2.840.10008.9.14")
STUDY = ("1.2.250.1.213.1.1.3.155", "1.2.840.10008.9.16")
SERIES = ("1.2.250.1.213.1.1.3.156", "1.2.840.10008.9.17")
SOP = ("1.2.250.1.213.1.1.3.157", "1.2.840.10008.9.18")
INSIDE = {SERIES: "h:entryRelationship/h:act", SOP: "h:entryRelationship/h:observation"}

catalogs = sections_of(CATALOG)
imaging_acts = sections_of(IMAGING_ACT)
studies = sections_of(STUDY[0])
series = sections_of(SERIES[0])
instances = sections_of(SOP[0])
techniques = sections_of(TECHNIQUE[0])


def inside(holder: XmlNode, template: tuple[str, str]) -> list[XmlNode]:
    """The entries of a level below that an entry of the catalog holds."""
    return holder.all(f"{INSIDE[template]}/h:templateId[@root='{template[0]}']/..")


def series_modalities(cda: Cda) -> Iterator[XmlNode]:
    """The values of the modality of each series."""
    for one in series(cda):
        assert isinstance(one, XmlNode)
        for qualifier in one.all("h:code/h:qualifier"):
            value = qualifier.first("h:value")
            if value is not None and qualifier.value("h:name", "code") == MODALITY:
                yield value


def compared_modalities(cda: Cda) -> Iterable[XmlNode]:
    """Those that the header has modalities to compare with."""
    return series_modalities(cda) if list(modalities(cda)) else ()


def sop_classes(cda: Cda) -> Iterator[XmlNode]:
    for one in instances(cda):
        assert isinstance(one, XmlNode)
        code = one.first("h:code")
        if code is not None and code.get("code"):
            yield code


def identifiers(cda: Cda) -> list[XmlNode]:
    """The identifiers of studies, series and instances in the catalog."""
    return [
        one
        for select in (studies, series, instances)
        for one in cda.at(select, "h:id")
        if one.get("root")
    ]


def study_identifiers(cda: Cda) -> list[XmlNode]:
    return [one for one in cda.at(studies, "h:id") if one.get("root")]


def _other_templates(entry: XmlNode, wanted: tuple[str, str]) -> Iterator[Defect]:
    found = [one.get("root") for one in entry.all("h:templateId")]
    if sorted(found) != sorted(wanted):
        yield entry.defect(
            expected=" ".join(wanted), actual=" ".join(found), child="templateId/@root"
        )


@rule("CDA-B3-04N", over=catalogs, verifies=("CDA-B3-04-ENTRY",))
def catalog_without_study(section: XmlNode) -> Iterator[Defect]:
    """The object catalog has an entry for the study.

    Why: an empty catalog passes officially, and tells a reader nothing of the images.
    Fix: write an act with template 1.2.250.1.213.1.1.3.155.
    """
    if not section.all(f"h:entry/h:act/h:templateId[@root='{STUDY[0]}']"):
        yield section.defect(expected=STUDY[0], child="entry/act")


@rule("CDA-B3-05A", over=studies, verifies=("CDA-B3-05",))
def study_without_series(study: XmlNode) -> Iterator[Defect]:
    """A study of the catalog has a series.

    Why: a reader goes from the study to the images through its series.
    Fix: write an entryRelationship with an act of template 1.2.250.1.213.1.1.3.156.
    """
    if not inside(study, SERIES):
        yield study.defect(expected=SERIES[0], child="entryRelationship/act")


@rule("CDA-B3-05S", over=studies, verifies=("CDA-B3-05-ONE",))
def study_with_several_series(study: XmlNode) -> Iterator[Defect]:
    """The official schematron accepts the study: it has one series.

    Why: the volume allows several series; the official schematron would reject this.
    Fix: nothing; the contradiction is one of the official kit.
    """
    found = inside(study, SERIES)
    if len(found) > 1:
        yield found[1].defect(expected="1", actual=len(found))


@rule("CDA-B3-05T", over=series, verifies=("CDA-B3-05",))
def series_with_other_templates(entry: XmlNode) -> Iterator[Defect]:
    """A series of the catalog declares its two templates, and no other.

    Why: official validators count them.
    Fix: write 1.2.250.1.213.1.1.3.156 and 1.2.840.10008.9.17.
    """
    return _other_templates(entry, SERIES)


@rule("CDA-B3-05M", over=series, verifies=("CDA-B3-05",))
def series_without_modality(entry: XmlNode) -> Iterator[Defect]:
    """A series of the catalog has its modality, once, as a qualifier of its code.

    Why: a reader chooses the viewer by it.
    Fix: write qualifier with name 121139 and the modality as value.
    """
    named = [
        one
        for one in entry.all("h:code/h:qualifier")
        if one.value("h:name", "code") == MODALITY and one.value("h:value", "code")
    ]
    if len(named) != 1:
        yield entry.defect(expected=f"1 {MODALITY}", actual=len(named), child="code/qualifier")


@rule("CDA-B3-05V", over=series_modalities, verifies=("CDA-B3-05",))
def series_modality_unknown(value: XmlNode) -> Iterator[Defect]:
    """The modality of a series is one of the value set of acquisition modalities.

    Why: readers compare the code as it stands.
    Fix: write the DICOM code of the acquisition; leave out series that acquired nothing.
    """
    oid, known = value_set("modality")
    if value.get("code") and value.get("code") not in known:
        yield value.defect(expected=oid, actual=value.get("code"), child="@code")


@rule("CDA-B3-06A", over=series, verifies=("CDA-B3-06",))
def series_without_instance(entry: XmlNode) -> Iterator[Defect]:
    """A series of the catalog has an instance.

    Why: the link to the images is that of the instance.
    Fix: write an entryRelationship with an observation of template 1.2.250.1.213.1.1.3.157.
    """
    if not inside(entry, SOP):
        yield entry.defect(expected=SOP[0], child="entryRelationship/observation")


@rule("CDA-B3-06N", over=series, verifies=("CDA-B3-06-ONE",))
def series_with_several_instances(entry: XmlNode) -> Iterator[Defect]:
    """The official schematron accepts the series: it has one instance.

    Why: the volume allows several instances; the official schematron would reject this.
    Fix: nothing; the contradiction is one of the official kit.
    """
    found = inside(entry, SOP)
    if len(found) > 1:
        yield found[1].defect(expected="1", actual=len(found))


@rule("CDA-B3-06T", over=instances, verifies=("CDA-B3-06",))
def instance_with_other_templates(entry: XmlNode) -> Iterator[Defect]:
    """An instance of the catalog declares its two templates, and no other.

    Why: official validators count them.
    Fix: write 1.2.250.1.213.1.1.3.157 and 1.2.840.10008.9.18.
    """
    return _other_templates(entry, SOP)


@rule("CDA-B3-06U", over=sop_classes, verifies=("CDA-B3-06-CLASS",))
def sop_class_unknown(code: XmlNode) -> Iterator[Defect]:
    """The class of an instance is a storage SOP class of DICOM.

    Why: a reader cannot know what it will receive. The value set 1.2.250.1.213.1.1.5.689 is not
    part of this suite: the classes of DICOM stand for it.
    Fix: write the SOP Class UID of the instance, (0008,0016).
    """
    if code.get("code") not in storage_classes():
        yield code.defect(expected="PS3.6 A-1", actual=code.get("code"), child="@code")


@rule("CDA-B3-09", over=identifiers, verifies=("CDA-B3-09",))
def catalog_identifier_is_no_uid(one: XmlNode) -> Iterator[Defect]:
    """The identifiers of the catalog are DICOM UIDs.

    Why: no archive has objects under other identifiers.
    Fix: write the UIDs of the images: digits and dots, no leading zero in a part.
    """
    if not is_uid(one.get("root")):
        yield one.defect(expected="UID", actual=one.get("root"), child="@root")


@rule("CDA-B3-09D", over=identifiers, verifies=("CDA-B3-09",), bulk=True)
def catalog_identifier_used_twice(found: Sequence[XmlNode]) -> Iterator[Defect]:
    """No UID of the catalog identifies two things.

    Why: a study, a series and an instance have each their own; so have two of one series.
    Fix: write the UIDs of the images.
    """
    levels: dict[str, str] = {}
    places = set()
    for one in found:
        uid, entry = one.get("root"), one.element.getparent()
        assert entry is not None
        level = XmlNode(entry).value("h:templateId", "root")
        relation = entry.getparent()
        place = uid, relation.getparent() if relation is not None else None
        if levels.setdefault(uid, level) != level or (level not in STUDY and place in places):
            yield one.defect(expected=f"1 {uid}", actual=uid, child="@root")
        places.add(place)


@rule("CDA-B3-10", over=study_identifiers, verifies=("CDA-B3-10",), bulk=True)
def catalog_of_another_study(found: Sequence[XmlNode]) -> Iterator[Defect]:
    """A study of the catalog is one that the header documents.

    Why: a reader would open the images of another examination.
    Fix: write the same Study Instance UID in both places.
    """
    header = found[0].top.all("h:documentationOf/h:serviceEvent/h:id")
    known = dict.fromkeys(one.get("root") for one in header)
    expected = " | ".join(known)
    for one in found:
        if one.get("root") not in known:
            yield one.defect(expected=expected, actual=one.get("root"), child="@root")


@rule("CDA-B3-11", over=compared_modalities, verifies=("CDA-B3-11",), bulk=True)
def series_modality_not_of_the_header(values: Sequence[XmlNode]) -> Iterator[Defect]:
    """The modality of a series is one that the header gives to an act.

    Why: the registry takes over those of the header alone.
    Fix: add the modality to the act.
    """
    codes = values[0].top.all("h:documentationOf/h:serviceEvent/h:code/h:translation")
    known = dict.fromkeys(
        one.get("code")
        for one in codes
        if MODALITY in [name.get("code") for name in one.all("h:qualifier/h:name")]
    )
    expected = " | ".join(known)
    for value in values:
        if value.get("code") and value.get("code") not in known:
            yield value.defect(expected=expected, actual=value.get("code"), child="@code")


@rule("CDA-B3-12A", over=imaging_acts, verifies=("CDA-B3-12", "CDA-B3-02"))
def imaging_act_without_technique(section: XmlNode) -> Iterator[Defect]:
    """A section on an imaging act has an entry on its technique.

    Why: the entry carries what was done and where, as codes.
    Fix: write an entry with a procedure of template 1.2.250.1.213.1.1.3.153.
    """
    if not section.all(f"h:entry/h:procedure/h:templateId[@root='{TECHNIQUE[0]}']"):
        yield section.defect(expected=TECHNIQUE[0], child="entry/procedure")


@rule("CDA-B3-12T", over=techniques, verifies=("CDA-B3-12",))
def technique_with_other_templates(entry: XmlNode) -> Iterator[Defect]:
    """An entry on technique declares its two templates, and no other.

    Why: official validators count them.
    Fix: write 1.2.250.1.213.1.1.3.153 and 1.2.840.10008.9.14.
    """
    return _other_templates(entry, TECHNIQUE)
