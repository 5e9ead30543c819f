"""The generated Key Object Selections: reproducible, coherent, and of the form that they claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from pydicom import Dataset

from testdata.exams import KOS_CLASS, US_MULTI_FRAME_CLASS
from testdata.identity import Seed, ins_key
from testdata.kos import drim_m_kos, generic_kos, mado_kos, read, write, xds_i_kos
from testdata.kos_mado import GENERATIONS, Generation
from testdata.people import patient

PATIENT_A = patient("a", Seed("alpha"))

OFFICIAL_INS = (
    "162018885045327",
    "274075176079430",
    "279035121518989",
    "248039263001064",
    "283084121661677",
    "277076322082910",
    "265075598096690",
)

MAKERS: dict[str, Callable[[str], Dataset]] = {
    "drim-m": lambda seed: drim_m_kos(seed=seed),
    "drim-m explicit": lambda seed: drim_m_kos(seed=seed, explicit=True),
    "drim-m key images": lambda seed: drim_m_kos(seed=seed, key_images=True),
    "xds-i-b": lambda seed: xds_i_kos(seed=seed),
    "mado": lambda seed: mado_kos(seed=seed),
    "mado others": lambda seed: mado_kos(seed=seed, others=True),
    "mado ti": lambda seed: mado_kos(seed=seed, generation="ti"),
    "mado ballot": lambda seed: mado_kos(seed=seed, generation="ballot"),
    "generic": lambda seed: generic_kos(seed=seed),
}

UID_GRAMMAR = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")

every_kind = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def series_items(document: Dataset) -> list[Dataset]:
    (study,) = document.CurrentRequestedProcedureEvidenceSequence
    return list(study.ReferencedSeriesSequence)


def evidence(document: Dataset) -> list[tuple[str, str]]:
    return [
        (one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID)
        for series in series_items(document)
        for one in series.ReferencedSOPSequence
    ]


def referenced(content: Dataset) -> list[tuple[str, str]]:
    """The instances of the IMAGE and COMPOSITE items directly below a container."""
    return [
        (one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID)
        for entry in content.ContentSequence
        if entry.ValueType in ("IMAGE", "COMPOSITE")
        for one in entry.ReferencedSOPSequence
    ]


def uids(document: Dataset) -> Iterator[str]:
    for element in document.iterall():
        if element.VR == "UI":
            yield str(element.value)


def invented(document: Dataset) -> set[str]:
    return {uid for uid in uids(document) if uid.startswith("2.25.")}


def named(content: Dataset, code: str) -> list[Dataset]:
    return [
        one
        for one in content.ContentSequence
        if "ConceptNameCodeSequence" in one and one.ConceptNameCodeSequence[0].CodeValue == code
    ]


@every_kind
def test_the_same_seed_gives_the_same_bytes(make: Callable[[str], Dataset]) -> None:
    document = make("alpha")
    assert write(document) == write(document) == write(make("alpha"))


@every_kind
def test_another_seed_gives_other_uids(make: Callable[[str], Dataset]) -> None:
    one, other = invented(make("alpha")), invented(make("beta"))
    assert one
    assert len(one) == len(other)
    assert one.isdisjoint(other)


@every_kind
def test_uids_are_well_formed(make: Callable[[str], Dataset]) -> None:
    document = read(write(make("alpha")))
    found = [*uids(document), *uids(document.file_meta)]
    assert found
    for uid in found:
        assert len(uid) <= 64
        assert UID_GRAMMAR.fullmatch(uid), uid


@every_kind
def test_a_uid_names_one_level_only(make: Callable[[str], Dataset]) -> None:
    document = make("alpha")
    instances = [uid for _, uid in evidence(document)]
    series = [one.SeriesInstanceUID for one in series_items(document)]
    own = [document.StudyInstanceUID, document.SeriesInstanceUID, document.SOPInstanceUID]
    every = [*instances, *series, *own]
    assert len(set(every)) == len(every)


@every_kind
def test_evidence_and_content_refer_to_the_same_instances(make: Callable[[str], Dataset]) -> None:
    document = read(write(make("alpha")))
    assert sorted(evidence(document)) == sorted(referenced(document))
    assert len(set(evidence(document))) == len(evidence(document))


@every_kind
def test_the_file_meta_information_is_that_of_the_document(
    make: Callable[[str], Dataset],
) -> None:
    document = read(write(make("alpha")))
    meta = document.file_meta
    assert meta.MediaStorageSOPClassUID == document.SOPClassUID == KOS_CLASS
    assert meta.MediaStorageSOPInstanceUID == document.SOPInstanceUID
    assert meta.ImplementationVersionName == "DRIMCHECK"
    (study,) = document.CurrentRequestedProcedureEvidenceSequence
    assert study.StudyInstanceUID == document.StudyInstanceUID


@pytest.mark.parametrize(("series", "instances"), [(1, 1), (3, 7), (5, 200)])
@pytest.mark.parametrize("make", [drim_m_kos, xds_i_kos, mado_kos, generic_kos])
def test_the_size_is_the_one_asked_for(
    make: Callable[..., Dataset], series: int, instances: int
) -> None:
    document = make(series=series, instances_per_series=instances)
    found = [len(one.ReferencedSOPSequence) for one in series_items(document)]
    assert found == [instances] * series
    assert len(referenced(document)) == series * instances


@pytest.mark.parametrize("ins", OFFICIAL_INS)
def test_the_key_of_an_official_test_ins(ins: str) -> None:
    assert ins_key(ins[:13]) == ins[13:]


@pytest.mark.parametrize("body", ["1800120001001", "2991299999999", "1000000000000"])
def test_body_and_key_add_up_to_a_multiple_of_97(body: str) -> None:
    assert (int(body) + int(ins_key(body))) % 97 == 0


def test_a_small_key_has_a_leading_zero() -> None:
    body = next(str(n) for n in range(1800120001001, 1800120001098) if n % 97 == 96)
    assert ins_key(body) == "01"


@pytest.mark.parametrize(("department", "number"), [("2A", "19"), ("2B", "18")])
def test_corsica_counts_as_the_number_before_it(department: str, number: str) -> None:
    assert ins_key(f"18001{department}001001") == ins_key(f"18001{number}001001")


def test_the_invented_patient_is_coherent() -> None:
    assert re.fullmatch(r"[0-9]{15}", PATIENT_A.ins)
    assert PATIENT_A.ins[13:] == ins_key(PATIENT_A.ins_body)
    assert PATIENT_A.ins_body[0] == {"M": "1", "F": "2"}[PATIENT_A.portrait.sex]
    assert PATIENT_A.ins_body[1:5] == PATIENT_A.portrait.birth_date[2:6]
    assert PATIENT_A.ins_body[5:10] == PATIENT_A.portrait.birthplace
    assert PATIENT_A.ins not in OFFICIAL_INS
    assert datetime.strptime(PATIENT_A.portrait.birth_date, "%Y%m%d")


def test_numbers_of_a_seed_have_the_length_asked_for() -> None:
    seed = Seed("alpha")
    for length in (1, 9, 16):
        assert re.fullmatch(rf"[1-9][0-9]{{{length - 1}}}", seed.digits("label", length))
    assert seed.uid("a") != seed.uid("b")


def test_a_drim_m_kos_names_patient_and_request() -> None:
    document = drim_m_kos()
    assert document.PatientID == PATIENT_A.ins
    assert document.OtherPatientIDsSequence[0].PatientID == PATIENT_A.ins
    assert str(document.OtherPatientNames[0]) == f"^{PATIENT_A.portrait.given_names}"
    assert document.AccessionNumber == ""
    (request,) = document.ReferencedRequestSequence
    assert len(request) == 10
    assert request.AccessionNumber
    assert request.StudyInstanceUID == document.StudyInstanceUID
    assert re.fullmatch(r"[^^]+\^{9}[0-9]+", document.InstitutionName)
    assert len(document.InstitutionName) <= 64


@pytest.mark.parametrize("key_images", [False, True])
def test_a_drim_m_retrieve_url_is_that_of_its_series(key_images: bool) -> None:
    document = drim_m_kos(key_images=key_images)
    for one in series_items(document):
        path = f"/dicom-web-rs/studies/{document.StudyInstanceUID}/series/{one.SeriesInstanceUID}"
        host = r"https://db1\.[0-9]+\.mesimagesmedicales\.fr"
        assert re.fullmatch(host + re.escape(path), one.RetrieveURL)


@pytest.mark.parametrize("key_images", [False, True])
def test_a_drim_m_description_ends_the_content_and_has_a_line_for_each_series(
    key_images: bool,
) -> None:
    document = read(write(drim_m_kos(key_images=key_images)))
    text = document.ContentSequence[-1]
    assert [text] == named(document, "113012")
    lines = text.TextValue.split("\n")
    assert lines[0] == f"Examen : {document.StudyDescription}"
    assert lines[1].startswith("Acte = ")
    assert lines[-1] == ""
    found = [re.fullmatch(r"Série-([0-9.]+) : ([A-Z]{2}) @  : .+", line) for line in lines[2:-1]]
    modalities = ["CT", "MR", "KO"] if key_images else ["CT", "MR"]
    assert [match and match[2] for match in found] == modalities
    series = [one.SeriesInstanceUID for one in series_items(document)]
    assert [match and match[1] for match in found] == series


def test_key_images_are_a_series_of_their_own_and_mark_two_images() -> None:
    document = read(write(drim_m_kos(key_images=True)))
    *images, key_object = series_items(document)
    (kin,) = key_object.ReferencedSOPSequence
    assert kin.ReferencedSOPClassUID == KOS_CLASS
    assert key_object.SeriesNumber == 3
    (composite,) = [one for one in document.ContentSequence if one.ValueType == "COMPOSITE"]
    assert composite.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == (
        kin.ReferencedSOPInstanceUID
    )
    marks = [
        (series, one, one.ReferencedSOPSequence[0])
        for series in images
        for one in series.ReferencedSOPSequence
        if "ReferencedSOPSequence" in one
    ]
    assert len(marks) == 2
    for series, one, mark in marks:
        assert mark.ReferencedSOPInstanceUID == kin.ReferencedSOPInstanceUID
        assert mark.SeriesInstanceUID == key_object.SeriesInstanceUID
        assert mark.ConceptNameCodeSequence[0].CodeValue == "113000"
        assert mark.ContentSequence[0].TextValue == (
            f"Definition of key instance {one.ReferencedSOPInstanceUID} "
            f"associated with series {series.SeriesInstanceUID}"
        )


def test_without_key_images_nothing_is_marked() -> None:
    for series in series_items(drim_m_kos()):
        assert all("ReferencedSOPSequence" not in one for one in series.ReferencedSOPSequence)


def test_an_xds_i_b_manifest_says_where_each_series_is() -> None:
    for one in series_items(xds_i_kos()):
        assert one.RetrieveAETitle
        assert one.RetrieveLocationUID
        assert "/studies" not in one.RetrieveURL


@pytest.mark.parametrize("others", [False, True])
def test_a_mado_library_describes_the_evidence(others: bool) -> None:
    document = read(write(mado_kos(series=3, instances_per_series=4, others=others)))
    (library,) = named(document, "111028")
    groups = named(library, "126200")
    wanted = {one.SeriesInstanceUID: one for one in series_items(document)}
    assert len(groups) == len(wanted)
    (count,) = named(library, "131565")
    assert count.MeasuredValueSequence[0].NumericValue == len(wanted)
    for group in groups:
        series = wanted.pop(named(group, "112002")[0].UID)
        instances = {
            (one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID)
            for one in series.ReferencedSOPSequence
        }
        assert set(referenced(group)) == instances
        (number,) = named(group, "131564")
        assert number.MeasuredValueSequence[0].NumericValue == len(instances)
    assert wanted == {}


def test_mado_entries_carry_their_own_descriptors() -> None:
    document = mado_kos(others=True)
    (library,) = named(document, "111028")
    for group in named(library, "126200"):
        for entry in group.ContentSequence:
            if "ReferencedSOPSequence" not in entry:
                continue
            sop_class = entry.ReferencedSOPSequence[0].ReferencedSOPClassUID
            assert len(named(entry, "113609")) == 1
            assert len(named(entry, "121140")) == (sop_class == US_MULTI_FRAME_CLASS)
            assert len(named(entry, "121144")) == (sop_class == KOS_CLASS)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_each_mado_generation_has_its_codes_and_its_display_uri(generation: Generation) -> None:
    document = read(write(mado_kos(generation=generation)))
    title = document.ConceptNameCodeSequence[0]
    codes = GENERATIONS[generation]
    assert (title.CodeValue, title.CodingSchemeDesignator) == (codes.title, codes.scheme)
    (library,) = named(document, "111028")
    assert len(named(library, codes.series_of_study)) == 1
    (study,) = document.CurrentRequestedProcedureEvidenceSequence
    private = 0x000D1101 in study and study[0x000D0011].value == "IHE_MADO_PRIVATE"
    assert (0x0040E012 in study, private) == {
        "final": (True, False),
        "ti": (False, True),
        "ballot": (False, False),
    }[generation]


def test_a_selection_carries_its_modifier_and_description() -> None:
    document = generic_kos(
        title=("113010", "Quality Issue"),
        modifier=("111207", "Image artifact(s)"),
        description="Blur",
    )
    assert document.ConceptNameCodeSequence[0].CodeValue == "113010"
    (modifier,) = named(document, "113011")
    assert modifier.ConceptCodeSequence[0].CodeValue == "111207"
    (description,) = named(document, "113012")
    assert description.TextValue == "Blur"
