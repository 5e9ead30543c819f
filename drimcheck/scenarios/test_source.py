"""What a Source does: subjects (a) to (c), and what the homologation data imply (DRIM-M H)."""

from __future__ import annotations

from dataclasses import replace

from drimcheck.harness.episode import Episode, NotDone
from drimcheck.harness.scenario import SOURCE, scenario
from simulators.pacs import note
from simulators.ris import Form, viewer_link
from simulators.wado_client import read_kos
from testdata.allowlist import Domain
from testdata.exam import Event, Exam, Masking, Order
from testdata.exams import NEXT_WRITTEN

MESSAGES = ("mllp",)
NEWCOMERS = (
    Domain(901, "1.901", "CENTRE NOUVEAU", "30000000000901", "Paris (75)"),
    Domain(902, "1.902", "CENTRE INCONNU", "30000000000902", "Paris (75)"),
)
"""DRIMboxes that a list adds: one that is signed, and one that is not."""


def _published(episode: Episode, exam: Exam, form: Form = Form.ORU) -> bytes:
    """Load an exam, tell of its report, wait for its KOS; the message."""
    episode.lab.load(exam)
    message = episode.tell(exam, exam.event, form)
    episode.published(exam, len(exam.studies))
    return message


def _uids(exam: Exam) -> list[str]:
    return [study.uid for study in exam.studies]


@scenario("source-publish", role=SOURCE, subject="a", needs=MESSAGES,
          en="Produce the KOS of a report, its message and its study",
          fr="Produire le KOS d'un compte rendu, de son message et de son étude")  # fmt: skip
def test_publish(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", "shared")
    message = _published(episode, exam)
    episode.expect(published=_uids(exam))
    episode.compare(exam, message)
    episode.trace(exam)


@scenario("source-wado", role=SOURCE, subject="b", needs=("wado",),
          after=("source-publish",),
          en="Answer WADO-RS on the study, and refuse what must be refused",
          fr="Répondre en WADO-RS sur l'étude, et refuser ce qui doit l'être")  # fmt: skip
def test_wado(episode: Episode) -> None:
    raw = episode.injected()
    if not raw:
        entries = episode.publications(episode.lab.exam("alpha", "shared"))
        if not entries:
            raise NotDone("no KOS was published", "aucun KOS n'a été publié")
        raw = entries[-1].content
    kos = read_kos(raw)
    source = episode.lab.sut.source
    episode.ask(kos.at(source.wado) if source else kos, raw)


@scenario("source-health", role=SOURCE, needs=("wado",),
          en="Say that the service is up", fr="Dire que le service répond")  # fmt: skip
def test_health(episode: Episode) -> None:
    episode.health()


@scenario("source-viewer", role=SOURCE, subject="c", needs=(*MESSAGES, "viewer"),
          after=("source-publish",),
          en="Answer the call of the viewer from the link of the report",
          fr="Répondre à l'appel de la visionneuse depuis le lien du compte rendu")  # fmt: skip
def test_viewer(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", "shared")
    episode.open(viewer_link(exam, exam.study), "open")
    other = replace(exam, report=replace(exam.report, oid=f"{exam.report.oid}.1"))
    episode.open(viewer_link(other, exam.study), "refuse")
    order = exam.study.orders[0]
    wrong = Order(order.placer_number, order.placer_oid, "WRONG", order.accession_oid)
    study = replace(exam.study, orders=(wrong,))
    episode.open(viewer_link(replace(exam, studies=(study,)), study), "refuse")


@scenario("source-mdm", role=SOURCE, needs=MESSAGES,
          en="Integrate a report sent by MDM (PFI)",
          fr="Intégrer un compte rendu envoyé par MDM (PFI)")  # fmt: skip
def test_mdm(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    message = _published(episode, exam, Form.MDM)
    episode.expect(published=_uids(exam))
    episode.compare(exam, message)
    episode.trace(exam)


@scenario("source-update", role=SOURCE, needs=MESSAGES, after=("source-publish",),
          en="Replace the KOS when its report is replaced, its visibility changed",
          fr="Remplacer le KOS quand son compte rendu l'est, sa visibilité modifiée")  # fmt: skip
def test_update(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    _published(episode, exam)
    hidden = exam.replacing(masking=Masking(patient=True, changed=True), written=NEXT_WRITTEN)
    message = episode.tell_as(hidden)
    episode.published(exam, 2)
    episode.expect(published=_uids(exam), replaced=_uids(exam))
    episode.compare(hidden, message)
    episode.trace(exam)


@scenario("source-depublish", role=SOURCE, needs=MESSAGES, after=("source-publish",),
          en="Depublish the KOS when its report is deleted",
          fr="Dépublier le KOS quand son compte rendu est supprimé")  # fmt: skip
def test_depublish(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    _published(episode, exam)
    episode.tell(exam, Event.DELETE)
    episode.deleted(exam)
    episode.expect(depublished=_uids(exam))
    episode.trace(exam)


@scenario("source-instance-deleted", role=SOURCE, needs=(*MESSAGES, "dicom"),
          after=("source-publish",),
          en="Replace the KOS when the PACS rejects an instance (IOCM)",
          fr="Remplacer le KOS quand le PACS rejette une instance (IOCM)")  # fmt: skip
def test_instance_deleted(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    _published(episode, exam)
    series = exam.study.series[0]
    rejected = series.instances[0]
    episode.lab.forget(rejected)
    episode.send_note(note(exam, exam.study, series, rejected))
    episode.published(exam, 2)
    episode.expect(replaced=_uids(exam), without=[rejected])
    episode.trace(exam)


@scenario("source-exam-deleted", role=SOURCE, needs=MESSAGES, after=("source-publish",),
          en="Depublish the KOS when all images are deleted (OMI^O23)",
          fr="Dépublier le KOS quand toutes les images sont supprimées (OMI^O23)")  # fmt: skip
def test_exam_deleted(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    _published(episode, exam)
    for series in exam.study.series:
        episode.lab.forget(*series.instances)
    episode.tell_deletion(exam)
    episode.deleted(exam)
    episode.expect(depublished=_uids(exam))
    episode.trace(exam)


@scenario("source-multi-exam", role=SOURCE, needs=MESSAGES, after=("source-publish",),
          en="Publish a KOS for each study of a report of several",
          fr="Publier un KOS pour chaque étude d'un compte rendu de plusieurs")  # fmt: skip
def test_multi_exam(episode: Episode) -> None:
    exam = episode.lab.exam("multi-exam", episode.name)
    _published(episode, exam)
    episode.expect(published=_uids(exam))
    episode.trace(exam)


@scenario("source-unknown-study", role=SOURCE, needs=MESSAGES, after=("source-publish",),
          en="Publish nothing for a study that the PACS does not have",
          fr="Ne rien publier pour une étude que le PACS n'a pas")  # fmt: skip
def test_unknown_study(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    episode.tell(exam)
    episode.quiet(exam)
    episode.expect(unpublished=_uids(exam))
    episode.trace(exam)


@scenario("source-identity-mismatch", role=SOURCE, needs=MESSAGES, after=("source-publish",),
          en="Publish nothing for a study of another patient",
          fr="Ne rien publier pour une étude d'un autre patient")  # fmt: skip
def test_identity_mismatch(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    other = episode.lab.exam("alpha", f"{episode.name}-other")
    episode.lab.load(replace(exam, patient=other.patient))
    episode.tell(exam)
    episode.quiet(exam)
    episode.expect(unpublished=_uids(exam))
    episode.trace(exam)


@scenario("source-poison", role=SOURCE, needs=MESSAGES,
          en="Refuse a message that must be corrected, and go on",
          fr="Refuser un message à corriger, et continuer")  # fmt: skip
def test_poison(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    for fault in ("data-cut", "patient-unidentified", "status-of-another-event"):
        episode.tell_broken(exam, fault)
    episode.expect(unpublished=_uids(exam))
    episode.quiet(exam)
    episode.trace(exam)


@scenario("source-xdm-import", role=SOURCE, needs=("wado", "xdm"), acts=("import-xdm",),
          en="Give the images of an exam whose archive was imported",
          fr="Donner les images d'un examen dont l'archive a été importée")  # fmt: skip
def test_xdm_import(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    episode.lab.load(exam)
    raw = episode.import_xdm(exam)
    kos = read_kos(raw)
    episode.ask(kos, raw, only=("lossless-1", "lossy-2", "instance"))


@scenario("source-xdm-export", role=SOURCE, needs=("xdm",), acts=("export-xdm",),
          after=("source-publish",),
          en="Export the local archive as XDM", fr="Exporter l'archive locale en XDM")  # fmt: skip
def test_xdm_export(episode: Episode) -> None:
    episode.export_xdm()


@scenario("source-allowlist", role=SOURCE, needs=("wado", "allowlist"),
          acts=("refresh-allowlist",),
          en="Follow a signed allow-list, and refuse one that is not signed",
          fr="Suivre une liste blanche signée, et refuser celle qui ne l'est pas")  # fmt: skip
def test_allowlist(episode: Episode) -> None:
    source = episode.lab.sut.source
    if source is None or not source.wado.startswith("https:"):
        raise NotDone(
            "source.wado is not https: no client certificate is asked for",
            "source.wado n'est pas en https : aucun certificat client n'est demandé",
        )
    listing, (known, stranger) = episode.lab.listing, NEWCOMERS
    episode.knock(known, listed=False)
    listing.domains.append(known)
    episode.do("refresh-allowlist")
    episode.knock(known, listed=True)
    listing.domains.append(stranger)
    listing.signed, episode.known.unsigned = False, True
    episode.do("refresh-allowlist")
    episode.knock(stranger, listed=False)
    episode.knock(known, listed=True)
    listing.domains.remove(stranger)
    listing.signed = True


@scenario("source-performance", role=SOURCE, needs=MESSAGES, after=("source-publish",), long=True,
          en="Give a study of 1,300 images, and measure how fast",
          fr="Donner une étude de 1 300 images, et mesurer à quelle vitesse")  # fmt: skip
def test_performance(episode: Episode) -> None:
    exam = episode.lab.exam("performance", episode.name)
    episode.lab.load(exam)
    episode.tell(exam)
    if not episode.published(exam):
        raise NotDone("no KOS was published", "aucun KOS n'a été publié")
    episode.expect(published=_uids(exam))
    raw = episode.publications(exam)[-1].content
    episode.measure(read_kos(raw), raw)
    episode.trace(exam)
