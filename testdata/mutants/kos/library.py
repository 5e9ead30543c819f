"""Mutants of the Image Library of a manifest with description."""

from __future__ import annotations

from copy import deepcopy

from pydicom import Dataset

from testdata.kos_parts import code
from testdata.mutants.catalogue import Mutant
from testdata.mutants.kos.changes import Change, append, assign, at, both, remove, repeat
from testdata.mutants.kos.content import text

LIBRARY = "ContentSequence[-1]"
MODALITY, REGION, COUNT, FIRST_GROUP = 0, 4, 5, 6
GROUP = f"{LIBRARY}.ContentSequence[{FIRST_GROUP}]"
UID, NUMBER, INSTANCES, FIRST_ENTRY = 1, 5, 6, 7
ENTRY = f"{GROUP}.ContentSequence[{FIRST_ENTRY}]"
CLIP, KEY_OBJECT = (
    f"{LIBRARY}.ContentSequence[{FIRST_GROUP + group}].ContentSequence[{FIRST_ENTRY}]"
    for group in (2, 3)
)


def _value(path: str, number: str) -> Change:
    return assign(f"{path}.MeasuredValueSequence[0].NumericValue", number)


def _beside(document: Dataset) -> None:
    """Move the descriptors of an entry beside it."""
    group = at(document, GROUP)
    entry = group.ContentSequence[FIRST_ENTRY]
    group.ContentSequence.append(deepcopy(entry.ContentSequence[0]))


def _text_count(document: Dataset) -> None:
    """The number of instances as text, as the official samples write it."""
    old = at(document, f"{GROUP}.ContentSequence[{INSTANCES}]")
    del old.MeasuredValueSequence
    old.ValueType = "TEXT"
    old.TextValue = '(10, UCUM, "instances")'


def _two_regions(document: Dataset) -> None:
    region = deepcopy(at(document, f"{LIBRARY}.ContentSequence[{REGION}]"))
    words = text("Head", code("123014", "DCM", "Target Region"), "HAS ACQ CONTEXT")
    at(document, GROUP).ContentSequence.extend([region, words])


MUTANTS = (
    Mutant("code-temporary", "mado", "KOS-MADO-01",
           both(assign(f"{LIBRARY}.ContentSequence[{COUNT}].ConceptNameCodeSequence[0].CodeValue",
                       "MADOTEMP009"),
                assign(f"{LIBRARY}.ContentSequence[{COUNT}].ConceptNameCodeSequence[0]."
                       "CodingSchemeDesignator", "99IHE"))),
    Mutant("code-of-the-ballot", "mado", "KOS-MADO-02",
           assign(f"{LIBRARY}.ContentSequence[{COUNT}].ConceptNameCodeSequence[0].CodeValue",
                  "ddd009")),
    Mutant("library-modality-unknown", "mado", "KOS-MADO-10",
           both(assign(f"{LIBRARY}.ContentSequence[{MODALITY}].ConceptCodeSequence[0]."
                       "CodeValue", "RM"),
                assign(f"{GROUP}.ContentSequence[0].ConceptCodeSequence[0].CodeValue", "RM")),
           also={"KOS-MADO-20": "the modality of the group is the same one"}),
    Mutant("library-modality-missing", "mado", "KOS-MADO-11",
           remove(f"{LIBRARY}.ContentSequence[{MODALITY}]")),
    Mutant("library-without-region", "mado", "KOS-MADO-12",
           remove(f"{LIBRARY}.ContentSequence[{REGION}]")),
    Mutant("region-not-in-the-list", "mado", "KOS-MADO-13",
           assign(f"{LIBRARY}.ContentSequence[{REGION}].ConceptCodeSequence[0].CodeValue",
                  "12738006")),
    Mutant("series-count-absent", "mado", "KOS-MADO-14",
           remove(f"{LIBRARY}.ContentSequence[{COUNT}]")),
    Mutant("series-count-wrong", "mado", "KOS-MADO-15",
           _value(f"{LIBRARY}.ContentSequence[{COUNT}]", "5")),
    Mutant("group-absent", "mado", "KOS-MADO-16",
           remove(f"{LIBRARY}.ContentSequence[{FIRST_GROUP}]"),
           also={"KOS-MADO-11": "the modality of the group is no longer one of the groups'"}),
    Mutant("group-modality-repeated", "mado", "KOS-MADO-20",
           repeat(f"{GROUP}.ContentSequence[0]")),
    Mutant("group-series-repeated", "mado", "KOS-MADO-21",
           repeat(f"{GROUP}.ContentSequence[{UID}]")),
    Mutant("instance-count-absent", "mado", "KOS-MADO-22",
           remove(f"{GROUP}.ContentSequence[{INSTANCES}]")),
    Mutant("instance-count-wrong", "mado", "KOS-MADO-23",
           _value(f"{GROUP}.ContentSequence[{INSTANCES}]", "11")),
    Mutant("instance-count-as-text", "mado", "KOS-MADO-24", _text_count),
    Mutant("series-number-repeated", "mado", "KOS-MADO-25",
           repeat(f"{GROUP}.ContentSequence[{NUMBER}]")),
    Mutant("region-twice", "mado", "KOS-MADO-26", _two_regions),
    Mutant("entry-absent", "mado", "KOS-MADO-27", remove(ENTRY)),
    Mutant("descriptor-beside", "mado", "KOS-MADO-28", _beside),
    Mutant("instance-number-repeated", "mado", "KOS-MADO-29",
           repeat(f"{ENTRY}.ContentSequence[0]")),
    Mutant("key-object-without-title", "mado", "KOS-MADO-30",
           remove(f"{KEY_OBJECT}.ContentSequence[1]")),
    Mutant("content-beyond", "mado", "KOS-MADO-31",
           append(f"{LIBRARY}.ContentSequence",
                  text("A", code("121106", "DCM", "Comment"), "HAS ACQ CONTEXT"))),
    Mutant("instance-number-absent", "mado", "KOS-MADO-32",
           remove(f"{ENTRY}.ContentSequence[0]")),
    Mutant("entry-frames-absent", "mado", "KOS-MADO-33", remove(f"{CLIP}.ContentSequence[1]")),
)  # fmt: skip
