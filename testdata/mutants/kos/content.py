"""Mutants of the content tree, its template and its description."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sequence import Sequence

from testdata.kos_parts import code, item
from testdata.mutants.catalogue import Mutant
from testdata.mutants.kos.changes import (
    Change,
    append,
    assign,
    at,
    both,
    delete,
    put,
    remove,
    replace,
)

IMAGE = "ContentSequence[12]"
TEXT = "ContentSequence[-1]"
LIBRARY = "ContentSequence[-1]"
NAME = f"{TEXT}.ConceptNameCodeSequence[0]"
DESCRIPTION = code("113012", "DCM", "Key Object Description")


def text(value: str, name: Dataset = DESCRIPTION, relation: str = "CONTAINS") -> Dataset:
    return item(RelationshipType=relation, ValueType="TEXT",
                ConceptNameCodeSequence=Sequence([name]), TextValue=value)  # fmt: skip


def _line(old: str, new: str) -> Change:
    return replace(f"{TEXT}.TextValue", old, new)


def _legacy_line(document: Dataset) -> None:
    """The first series line in the form of 2023."""
    target = at(document, TEXT)
    lines = str(target.TextValue).splitlines()
    lines[2] = lines[2].replace("Série-", "Serie-").replace(" @  :", " :")
    target.TextValue = "\n".join(lines) + "\n"


def _act_last(document: Dataset) -> None:
    target = at(document, TEXT)
    first, act, *series = str(target.TextValue).splitlines()
    target.TextValue = "\n".join([first, *series, act]) + "\n"


def _without_series_line(document: Dataset) -> None:
    target = at(document, TEXT)
    lines = str(target.TextValue).splitlines()
    target.TextValue = "\n".join(lines[:-1]) + "\n"


def _second_study(document: Dataset) -> None:
    """One series of the manifest in another study."""
    moved = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence.pop()
    document.CurrentRequestedProcedureEvidenceSequence.append(
        item(StudyInstanceUID="2.25.99", ReferencedSeriesSequence=Sequence([moved]))
    )


MUTANTS = (
    Mutant("root-with-relationship", "drim-m", "KOS-CNT-20",
           put(0x0040A010, "CS", "CONTAINS"),
           also={"KOS-IOD-01": "the IOD has no relationship at the root"}),
    Mutant("root-with-text", "drim-m", "KOS-CNT-21", put(0x0040A160, "UT", "Examen : X")),
    Mutant("type-unknown-in-description", "mado", "KOS-CNT-22",
           append(f"{LIBRARY}.ContentSequence[-1].ContentSequence", item(
               RelationshipType="HAS ACQ CONTEXT", ValueType="SCOORD",
               ConceptNameCodeSequence=Sequence([code("121106", "DCM", "Comment")])))),
    Mutant("type-of-cp-2595", "drim-m", "KOS-CNT-23",
           append("ContentSequence", item(
               RelationshipType="CONTAINS", ValueType="DATE", Date="20261124",
               ConceptNameCodeSequence=Sequence([DESCRIPTION])))),
    Mutant("relationship-misspelt", "mado", "KOS-CNT-24",
           assign(f"{LIBRARY}.ContentSequence[0].RelationshipType", "HAS_ACQ_CONTEXT")),
    Mutant("relationship-not-allowed", "drim-m", "KOS-CNT-25",
           assign(f"{TEXT}.RelationshipType", "HAS CONCEPT MOD")),
    Mutant("relationship-not-allowed-in-description", "mado", "KOS-CNT-26",
           assign(f"{LIBRARY}.ContentSequence[0].RelationshipType", "CONTAINS")),
    Mutant("item-by-reference", "drim-m", "KOS-CNT-27",
           put(0x0040DB73, "UL", [1, 1], IMAGE)),
    Mutant("concept-name-absent", "mado", "KOS-CNT-28",
           delete(f"{LIBRARY}.ContentSequence[-1].ContentSequence[5].ConceptNameCodeSequence")),
    Mutant("code-value-absent", "observed", "KOS-CNT-29", delete("ContentSequence[1].PersonName")),
    Mutant("number-without-units", "mado", "KOS-CNT-30",
           remove(f"{LIBRARY}.ContentSequence[5].MeasuredValueSequence[0]."
                  "MeasurementUnitsCodeSequence[0]"),
           also={"KOS-MADO-14": "the number of series needs its units"}),
    Mutant("code-without-value", "drim-m", "KOS-CNT-31",
           delete("ReferencedRequestSequence[0].RequestedProcedureCodeSequence[0].CodeValue")),
    Mutant("code-without-scheme", "drim-m", "KOS-CNT-32",
           delete("ReferencedRequestSequence[0].RequestedProcedureCodeSequence[0]."
                  "CodingSchemeDesignator")),
    Mutant("code-too-long", "drim-m", "KOS-CNT-33",
           assign("ReferencedRequestSequence[0].RequestedProcedureCodeSequence[0].CodeValue",
                  "24727-0-ABCDEFGHIJ"),
           also={"DICOM-VR-08": "Code Value is a Short String of 16 characters"}),
    Mutant("snomed-old-name", "drim-m", "KOS-CNT-34",
           assign("ReferencedRequestSequence[0].RequestedProcedureCodeSequence[0]."
                  "CodingSchemeDesignator", "SRT")),
    Mutant("title-of-another-kind", "drim-m", "KOS-TID-01",
           both(assign("ConceptNameCodeSequence[0].CodeValue", "113000"),
                assign("ConceptNameCodeSequence[0].CodeMeaning", "Of Interest"))),
    Mutant("title-of-another-scheme", "drim-m", "KOS-TID-15",
           assign("ConceptNameCodeSequence[0].CodingSchemeDesignator", "99DCM")),
    Mutant("title-meaning", "drim-m", "KOS-TID-02",
           assign("ConceptNameCodeSequence[0].CodeMeaning", "MANIFEST")),
    Mutant("title-meaning-of-another-title", "drim-m", "KOS-TID-19",
           assign("ConceptNameCodeSequence[0].CodeMeaning", "Of Interest"),
           also={"KOS-TID-02": "it is not the registered meaning either"}),
    Mutant("library-template-wrong", "mado", "KOS-TID-18",
           assign(f"{LIBRARY}.ContentTemplateSequence[0].TemplateIdentifier", "1601")),
    Mutant("title-of-another-scheme-in-mado", "mado", "KOS-TID-15",
           both(remove(LIBRARY),
                assign("ConceptNameCodeSequence[0].CodingSchemeDesignator", "99DCM")),
           also={"KOS-MADO-34": "a library may only stand under the registered title"}),
    Mutant("meaning", "drim-m", "KOS-TID-16", assign(f"{NAME}.CodeMeaning", "Description")),
    Mutant("quality-without-reason", "rejected", "KOS-TID-03", remove("ContentSequence[0]")),
    Mutant("best-in-set-without-set", "best-in-set", "KOS-TID-04", remove("ContentSequence[0]")),
    Mutant("observer-without-name", "observed", "KOS-TID-06", remove("ContentSequence[1]")),
    Mutant("two-descriptions", "selection", "KOS-TID-07",
           append("ContentSequence", text("A"), text("B"))),
    Mutant("reference-with-purpose", "drim-m", "KOS-TID-08",
           append(f"{IMAGE}.ConceptNameCodeSequence", code("260753009", "SCT", "Source"))),
    Mutant("nothing-selected", "selection", "KOS-TID-09", lambda document: setattr(
        document, "ContentSequence", Sequence([text("A")])),
           also={"KOS-REF-03": "the evidence is not selected either"}),
    Mutant("item-not-of-the-template", "drim-m", "KOS-TID-10",
           append("ContentSequence", text("A", code("121106", "DCM", "Comment")))),
    Mutant("library-absent", "mado", "KOS-TID-11", remove(LIBRARY),
           also={"KOS-MADO-34": "MADO asks for the library whatever the title"}),
    Mutant("library-absent-in-mado", "mado", "KOS-MADO-34", remove(LIBRARY),
           also={"KOS-TID-11": "the title announces the library"}),
    Mutant("description-of-two-studies", "mado", "KOS-TID-12",
           _second_study,
           also={"KOS-EVD-20": "MADO allows one study", "KOS-EVD-31": "a second study would need "
                 "Identical Documents"}),
    Mutant("signature-absent", "signed", "KOS-TID-13", delete("DigitalSignaturesSequence")),
    Mutant("rejection-note", "selection", "KOS-TID-14",
           both(assign("ConceptNameCodeSequence[0].CodeValue", "113037"),
                assign("ConceptNameCodeSequence[0].CodeMeaning",
                       "Rejected for Patient Safety Reasons"))),
    Mutant("template-wrong", "drim-m", "KOS-TID-17",
           assign("ContentTemplateSequence[0].TemplateIdentifier", "2000")),
    Mutant("description-absent", "drim-m", "KOS-TXT-01", remove(TEXT)),
    Mutant("examination-differs", "drim-m", "KOS-TXT-02", _line("Examen Alpha", "Examen Beta")),
    Mutant("act-absent", "drim-m", "KOS-TXT-03", _line("Acte = CT Head W contrast IV\n", "")),
    Mutant("act-last", "drim-m", "KOS-TXT-03", _act_last),
    Mutant("series-line-without-accent", "drim-m", "KOS-TXT-05", _line("Série-", "Serie-")),
    Mutant("line-of-no-series", "drim-m", "KOS-TXT-04", _line("Serie X1\n", "Serie X1\nX1\n")),
    Mutant("series-line-malformed", "drim-m", "KOS-TXT-04", _line(" : CT @  : ", " - CT @  : ")),
    Mutant("series-line-of-2023", "drim-m", "KOS-TXT-05", _legacy_line),
    Mutant("series-without-line", "drim-m", "KOS-TXT-06", _without_series_line),
    Mutant("modality-unknown", "drim-m", "KOS-TXT-07", _line(" : MR @", " : RM @")),
    Mutant("description-null", "drim-m", "KOS-TXT-08", _line("Serie X1", "null")),
)  # fmt: skip
