"""What a Conso does: subjects (i) to (v) (DRIM-M H)."""

from __future__ import annotations

from drimcheck.harness.episode import Episode, NotDone
from drimcheck.harness.scenario import CONSO, scenario
from simulators.wado_client import read_kos
from testdata.exam import Exam

RETRIEVES = ("load-kos", "retrieve")


def _series(exam: Exam) -> list[str]:
    return [one.uid for one in exam.study.series]


@scenario("conso-retrieve", role=CONSO, subject="i", acts=RETRIEVES,
          en="Load KOS-Alpha, and retrieve its images from the WADO-RS server simulator",
          fr="Charger KOS-Alpha, et récupérer ses images du simulateur WADO-RS")  # fmt: skip
def test_retrieve(episode: Episode) -> None:
    with episode.serving(episode.lab.exam("alpha", episode.name)) as exam:
        kos = episode.kos_file(exam)
        episode.follow(kos, exam.study.uid, _series(exam))
    episode.retrieved(episode.sent.get("wado-server", ()))


@scenario("conso-without-psc", role=CONSO, subject="ii", needs=("viewer",),
          acts=(*RETRIEVES, "show"),
          en="Retrieve from the reference DRIMbox and display, without PSC",
          fr="Récupérer de la DRIMbox de référence et afficher, sans PSC")  # fmt: skip
def test_without_psc(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    with episode.reference(exam) as raw:
        kos = episode.given_kos(raw)
        episode.follow(kos, exam.study.uid, _series(exam), psc=False)
        episode.shown(exam.study.uid, psc=False)


@scenario("conso-export", role=CONSO, subject="iii", needs=("export-pacs",), acts=(
              *RETRIEVES, "export-pacs"), after=("conso-retrieve",),
          en="Export the images of KOS-Alpha to the local PACS",
          fr="Exporter les images de KOS-Alpha vers le PACS local")  # fmt: skip
def test_export(episode: Episode) -> None:
    with episode.serving(episode.lab.exam("alpha", episode.name)) as exam:
        kos = episode.kos_file(exam)
        episode.follow(kos, exam.study.uid, _series(exam))
        episode.do("export-pacs", study=exam.study.uid)
    episode.retrieved(episode.sent.get("wado-server", ()))
    episode.expect(stored=[uid for one in exam.study.series for uid in one.instances])
    episode.stored(exam)


@scenario("conso-display", role=CONSO, subject="iv", needs=("call", "viewer", "psc", "dmp"),
          acts=("open-call", "retrieve", "show"), after=("conso-retrieve",),
          en="From the call of the RIS to the images: login, search, display",
          fr="De l'appel du RIS aux images : authentification, recherche, affichage")  # fmt: skip
def test_display(episode: Episode) -> None:
    with episode.serving(episode.lab.exam("alpha", episode.name)) as exam:
        episode.kos_file(exam)
        episode.expect(retrieved=_series(exam))
        episode.lab.store.preload_exam(exam)
        led = episode.call(exam)
        episode.do("open-call", url=led, exam=exam.kos_uid(exam.study))
        episode.do("retrieve", study=exam.study.uid, series=_series(exam))
        episode.shown(exam.study.uid)
    episode.retrieved(episode.sent.get("wado-server", ()))


@scenario("conso-participant", role=CONSO, subject="v", needs=("viewer",),
          acts=(*RETRIEVES, "show"), after=("conso-retrieve", "source-publish"),
          en="Load the KOS of a participant, retrieve from its Source, and display",
          fr="Charger le KOS d'un participant, récupérer de sa Source, et afficher")  # fmt: skip
def test_participant(episode: Episode) -> None:
    raw = episode.participant()
    if not raw:
        raise NotDone(
            "no KOS of a Source is there: declare [source], or source.kos",
            "aucun KOS d'une Source n'est là : déclarer [source], ou source.kos",
        )
    kos = read_kos(raw)
    path = episode.given_kos(raw)
    episode.follow(path, kos.series[0].study, [one.uid for one in kos.series])
    episode.shown(kos.series[0].study)


@scenario("end-to-end", role=CONSO, needs=("call", "viewer", "psc", "dmp", "export-pacs"),
          acts=("open-call", "retrieve", "show", "export-pacs"), after=("source-publish",),
          en="From the message of the RIS to the images in another place, and in its PACS",
          fr="Du message du RIS aux images ailleurs, et dans son PACS")  # fmt: skip
def test_end_to_end(episode: Episode) -> None:
    exam = episode.lab.exam("alpha", episode.name)
    episode.lab.load(exam)
    message = episode.tell(exam)
    if not episode.published(exam):
        raise NotDone("no KOS was published", "aucun KOS n'a été publié")
    entry = episode.publications(exam)[-1]
    episode.expect(published=[exam.study.uid], retrieved=_series(exam),
                   stored=[uid for one in exam.study.series for uid in one.instances])  # fmt: skip
    episode.compare(exam, message)
    episode.trace(exam)
    episode.do("open-call", url=episode.call(exam), exam=entry.unique_id)
    episode.fetch(exam.study.uid, _series(exam))
    episode.shown(exam.study.uid)
    episode.do("export-pacs", study=exam.study.uid)
    episode.stored(exam)
