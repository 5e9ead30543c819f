"""The documents of each exam, as the scenario of the exam has them.

Most exams have those of a first publication; the others say what happened before or after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from testdata.artefact import Artefact
from testdata.exam import Event, Exam, Masking, SeriesPlan, Study
from testdata.exams import NEXT_WRITTEN
from testdata.message import exam_deleted, mdm, oru
from testdata.people import PORTRAITS
from testdata.publication import Generation, archive_of, kos_file, publication_of
from testdata.report import cda, pdf

LINK_STYLES = ("camel", "ig", "lower", "encoded", "reordered")


def documents(exam: Exam) -> Iterator[Artefact]:
    """The documents of an exam by the name of its scenario."""
    yield from _SCENARIOS.get(exam.name, _published)(exam)


def _report(exam: Exam, folder: str = "") -> Iterator[Artefact]:
    """The report at both levels, its PDF, and the messages that carry it."""
    where = f"{exam.name}/{folder}" if folder else exam.name
    said = f"report {exam.report.version}, {exam.event}"
    yield Artefact(f"{where}/report.pdf", "pdf", f"PDF of {said}", partial(pdf, exam))
    for level in (1, 3):
        path = f"{where}/report-level{level}.xml"
        yield Artefact(path, "cda", f"CDA level {level} of {said}", partial(cda, exam, level))
    yield Artefact(f"{where}/oru.hl7", "hl7", f"ORU of {said}", lambda: oru(exam, cda(exam)))
    yield Artefact(f"{where}/mdm.hl7", "hl7", f"MDM of {said}", lambda: mdm(exam, cda(exam)))


def _manifests(exam: Exam, folder: str = "", number: int = 1) -> Iterator[Artefact]:
    """The KOS of each study, its publication, and the archive of them all."""
    where = f"{exam.name}/{folder}" if folder else exam.name
    made = [Generation(exam, study, number) for study in exam.studies]
    for index, one in enumerate(made, start=1):
        suffix = "" if len(made) == 1 else f"-{index}"
        said = f"study {index}, generation {number}"
        yield Artefact(f"{where}/kos{suffix}.dcm", "kos", f"KOS of {said}", partial(kos_file, one))
        path = f"{where}/publication{suffix}.mime"
        yield Artefact(path, "xds", f"ITI-41 of {said}", partial(publication_of, one))
    path = f"{where}/KA202611.zip"
    yield Artefact(path, "xdm", f"XDM archive, generation {number}", partial(archive_of, made))


def _published(exam: Exam) -> Iterator[Artefact]:
    """A report just created, its studies published."""
    yield from _report(exam)
    yield from _manifests(exam)


def _visibility(exam: Exam) -> Iterator[Artefact]:
    """A report hidden from the patient, then its replacement that is not (exams G and G_MAJ)."""
    yield from _report(exam, "1")
    yield from _manifests(exam, "1")
    shown = exam.replacing(masking=Masking(changed=True), written=NEXT_WRITTEN)
    yield from _report(shown, "2")
    yield from _manifests(shown, "2", 2)


def _unknown_study(exam: Exam) -> Iterator[Artefact]:
    """A report on a study that the archive does not have, with the order of another (exam G2)."""
    unknown = replace(exam.study, uid=exam.seed.uid("unknown study"))
    yield from _report(replace(exam, studies=(unknown,)))


def _depublished(exam: Exam) -> Iterator[Artefact]:
    """A report, then the message that deletes it (exam I)."""
    yield from _report(replace(exam, event=Event.CREATE), "1")
    yield from _manifests(replace(exam, event=Event.CREATE), "1")
    yield from _report(exam, "2")


def _other_identity(exam: Exam) -> Iterator[Artefact]:
    """A report of somebody else under the INS of the patient of the images (exam M)."""
    other = replace(PORTRAITS["corsica"], birth_name="DRIM-AUTRE", given_names="ALEX", sex="F")
    yield from _report(replace(exam, patient=replace(exam.patient, portrait=other)))


def _three_generations(exam: Exam) -> Iterator[Artefact]:
    """One report, and three KOS of its study, each replacing the one before (exam Q)."""
    yield from _report(exam)
    for number in (1, 2, 3):
        yield from _manifests(exam, str(number), number)


def _viewer_links(exam: Exam) -> Iterator[Artefact]:
    """The report with each way of writing the link to the viewer that is seen (exam R)."""
    for style in LINK_STYLES:
        yield from _report(replace(exam, link=style), style)
    yield from _manifests(exam)


def _instance_deleted(exam: Exam) -> Iterator[Artefact]:
    """A rejection note for one instance, and the KOS without it (exam U; IHE RAD IOCM)."""
    from testdata.kos import write
    from testdata.rejection import rejection_note

    yield from _published(exam)
    first = exam.study.series[0]
    note = partial(rejection_note, exam, exam.study, first, first.instances[-1])
    path = f"{exam.name}/rejection-note.dcm"
    yield Artefact(path, "iocm", "rejection note, 113001", lambda: write(note()))
    left = replace(exam, studies=(_without_last(exam.study, first),))
    yield from _manifests(left, "2", 2)


def _without_last(study: Study, series: SeriesPlan) -> Study:
    left = tuple(
        replace(one, instances=one.instances[:-1]) if one is series else one for one in study.series
    )
    return replace(study, series=left)


def _exam_deleted(exam: Exam) -> Iterator[Artefact]:
    """A publication, then the message that all images were deleted (exam W)."""
    yield from _published(exam)
    path = f"{exam.name}/omi.hl7"
    yield Artefact(path, "hl7", "OMI: exam deleted", lambda: exam_deleted(exam, exam.study))


def _kos_only(exam: Exam) -> Iterator[Artefact]:
    """Objects that no report documents: their KOS alone."""
    one = Generation(exam, exam.study, 1)
    yield Artefact(f"{exam.name}/kos.dcm", "kos", "KOS of the study", partial(kos_file, one))


_SCENARIOS: dict[str, Callable[[Exam], Iterator[Artefact]]] = {
    "visibility": _visibility,
    "unknown-study": _unknown_study,
    "depublication": _depublished,
    "identity-mismatch": _other_identity,
    "several-kos": _three_generations,
    "viewer-links": _viewer_links,
    "instance-deletion": _instance_deleted,
    "exam-deletion": _exam_deleted,
    "objects": _kos_only,
    "syntaxes": _kos_only,
    "performance": _kos_only,
}
