"""Mutants of what is more than one field: images, replacement, masks, generations."""

from __future__ import annotations

from pydicom import Dataset

from testdata.exams import exam
from testdata.kos_parts import reference, sop_item
from testdata.mutants import rewriting
from testdata.mutants.catalogue import Mutant
from testdata.mutants.cda import changes as cda
from testdata.mutants.cross.fields import EVENT, OTHER_UID, in_kos
from testdata.mutants.hl7 import changes as hl7
from testdata.mutants.kos.changes import assign, at
from testdata.mutants.xds import changes as xds

ALPHA = exam("alpha")
FIRST = ALPHA.study.series[0]
MULTI = exam("multi-exam")
RELATED = "//h:relatedDocument"
SERIES = "CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]"
UNLISTED = "the image under its new UID is in no list"
YES, NO = "Y^^expandedYes-NoIndicator", "N^^expandedYes-NoIndicator"


def _less(document: Dataset) -> None:
    """Take an instance out of both lists."""
    del at(document, SERIES).ReferencedSOPSequence[-1]
    del document.ContentSequence[len(FIRST.instances) - 1]


def _more(document: Dataset) -> None:
    """Put an instance that is not there into both lists."""
    at(document, SERIES).ReferencedSOPSequence.append(sop_item(FIRST.sop_class, OTHER_UID))
    document.ContentSequence.insert(0, reference(FIRST.sop_class, OTHER_UID))


def _reject_a_listed_one(document: Dataset) -> None:
    one = at(document, f"{SERIES}.ReferencedSOPSequence[0]")
    one.ReferencedSOPInstanceUID = FIRST.instances[0]


IMAGES = (
    *(
        Mutant(name, "image-with-kos", rule, rewrite=in_kos(assign(keyword, value)))
        for name, rule, keyword, value in (
            ("image-of-another-study", "X-KI-01", "StudyInstanceUID", OTHER_UID),
            ("image-of-another-series", "X-KI-02", "SeriesInstanceUID", OTHER_UID),
            ("image-of-another-class", "X-KI-03", "SOPClassUID", "1.2.840.10008.5.1.4.1.1.4"),
            ("image-of-another-number", "X-KI-04", "InstanceNumber", "77"),
            ("image-of-another-accession", "X-KI-05", "AccessionNumber", "ACN-2"),
            ("image-of-another-date", "X-KI-07", "StudyDate", "20221215"),
            ("image-of-another-name", "X-KI-08", "PatientName", "DRIM-BETA^CAMILLE"),
            ("image-of-another-birth-date", "X-KI-09", "PatientBirthDate", "19740702"),
            ("image-of-another-sex", "X-KI-10", "PatientSex", "M"),
            ("image-of-another-description", "X-KI-11", "SeriesDescription", "Serie X9"),
        )
    ),
    Mutant("image-of-another-patient", "image-with-report", "X-KI-06",
           rewrite=in_kos(assign("PatientID", "999"))),
    Mutant("instance-not-in-the-kos", "kos-of-a-study", "X-KI-12", rewrite=in_kos(_less)),
    Mutant("instance-of-the-kos-gone", "kos-of-a-study", "X-KI-13", rewrite=in_kos(_more)),
    Mutant("rejected-instance-listed", "rejection-with-kos", "X-KI-14",
           rewrite=in_kos(_reject_a_listed_one)),
    Mutant("instance-twice", "image-of-a-study", "X-KI-15",
           rewrite=in_kos(assign("SOPInstanceUID", FIRST.instances[1])),
           also={"X-KI-13": "the instance whose UID it lost is no longer there",
                 "X-KI-04": "the number is still that of the instance whose UID it lost"}),
    Mutant("image-with-the-uid-of-the-kos", "image-with-kos", "X-KI-16",
           rewrite=in_kos(assign("SOPInstanceUID", ALPHA.kos_uid(ALPHA.study))),
           also={"X-KI-02": UNLISTED}),
    Mutant("no-image", "image-with-kos", "X-READ-01", rewrite=lambda _: b"no image"),
)  # fmt: skip

OTHERS = (
    Mutant("replacement-without-parent", "report-with-replacing-message", "X-HC-03",
           rewrite=cda.rewrite(cda.delete(RELATED))),
    Mutant("creation-with-parent", "replacing-message-with-report", "X-HC-04",
           rewrite=hl7.field("ORC", 1, "NW")),
    Mutant("sender-of-another-structure", "message-with-report", "X-HC-20",
           rewrite=rewriting.replace(f"^{ALPHA.structure.identifier}\r", "^1000000001\r")),
    Mutant("message-without-ins", "message-with-report", "X-HC-21", rewrite=hl7.without_ins),
    Mutant("order-of-another-exam", "order-with-kos", "X-HK-03",
           rewrite=hl7.field("IPC", 3, OTHER_UID)),
    Mutant("mask-not-carried-over", "message-with-metadata", "X-HX-02",
           rewrite=hl7.field("OBX", 5, YES, 3)),
    Mutant("published-though-not-for-the-record", "message-with-metadata", "X-HX-03",
           rewrite=hl7.field("OBX", 5, NO, 7)),
    Mutant("study-without-kos", "report-with-kos", "X-KC-20",
           rewrite=cda.rewrite(cda.after(f"{EVENT}/h:id", f'<id root="{OTHER_UID}"/>'))),
    Mutant("two-kos-of-one-study", "kos-of-two-studies", "X-KC-21",
           rewrite=in_kos(assign("StudyInstanceUID", MULTI.studies[1].uid)),
           also={"X-KC-20": "the first study has no KOS any more"}),
    Mutant("parent-is-another-report", "report-after-another", "X-VER-01",
           rewrite=cda.rewrite(cda.assign(f"{RELATED}/h:parentDocument/h:id", "root",
                                          OTHER_UID))),
    Mutant("version-not-raised", "report-after-another", "X-VER-02",
           rewrite=cda.rewrite(cda.assign("//h:versionNumber", "value", "1"))),
    Mutant("kos-uid-kept", "kos-after-another", "X-VER-03",
           rewrite=in_kos(assign("SOPInstanceUID", ALPHA.kos_uid(ALPHA.study)))),
    Mutant("kos-not-created-later", "kos-after-another", "X-VER-04",
           rewrite=in_kos(assign("InstanceCreationDate", "20261123"))),
    Mutant("submission-replaces-nothing", "metadata-after-others", "X-VER-05",
           rewrite=xds.edit(xds.delete("//rim:Association[4]"))),
)  # fmt: skip

MUTANTS = IMAGES + OTHERS
