"""OMI^O23: what the PACS says of an exam that changed (HL7 2.5.1; DRIM-M B-XH-03)."""

from __future__ import annotations

from testdata.exam import Exam, Study
from testdata.message.segments import header, message, patient, segment, visit


def exam_deleted(exam: Exam, study: Study) -> bytes:
    """The message that all images of a study were deleted."""
    order = study.orders[0]
    filler = exam.seed.digits("filler", 10)
    return message(
        header(exam, "OMI^O23^OMI_O23", "2.5.1", at=study.ended, label="omi"),
        patient(exam),
        visit(exam),
        segment("ORC", {1: "CA", 2: order.placer_number, 3: filler}),
        segment("TQ1", {1: "1", 7: study.started}),
        segment("OBR", {1: "1", 2: order.placer_number, 3: filler, 4: "18748-4^^LN"}),
        segment("OBX", {1: "1", 2: "ST", 3: f"{filler}^Modification Examen Imagerie", 11: "O"}),
        segment(
            "IPC",
            {
                1: order.accession,
                2: filler,
                3: study.uid,
                4: filler,
                5: study.series[0].modality,
                9: "PACS_ALPHA",
            },
        ),
    )
