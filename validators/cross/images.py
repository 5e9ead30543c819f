"""KOS and images: a few of them, or a study given whole (DRIM-M B.2; XK of IHE)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from validators.cross.dossier import Dossier, Whole, rule, whole
from validators.cross.image_facts import ImageFacts
from validators.cross.kos_facts import KosFacts
from validators.cross.normal import NORMALS
from validators.kos import tags
from validators.kos.subject import Reference
from validators.model import Defect, Node

NUMBERS = {"instance_number": 0x00200013, "series_number": 0x00200011}
STUDY_FIELDS = ("study_date", "study_time", "description")
EXACT, PERSON = NORMALS["exact"], NORMALS["person"]


class Imaged(Node):
    """An image, with the KOS of its study and the item that lists it, if there are."""

    __slots__ = ("dossier", "image", "kos", "reference")

    def __init__(self, image: ImageFacts, dossier: Dossier, kos: KosFacts | None) -> None:
        self.image = image
        self.dossier = dossier
        self.kos = kos
        listed = kos.kos.evidence_by_instance if kos else {}
        self.reference: Reference | None = listed.get(image.get("instance"))

    @property
    def path(self) -> str:
        return self.image.name

    def differs(
        self, field: str, expected: str, against: str, steps: tuple[str, ...] = ("blanks",)
    ) -> Defect:
        """A defect at a field of the image, whose value is not the one that stands elsewhere."""
        image = self.image
        return Defect(
            path=f"{image.name} {image.path(field)}",
            expected=expected,
            actual=image.get(field) or None,
            offset=image.offset(field),
            against=against,
            normalised=steps,
        )

    def differs_from_kos(self, field: str, *, steps: tuple[str, ...] = ("blanks",)) -> Defect:
        assert self.kos is not None
        one = self.kos.get(field)[0]
        return self.differs(field, one.value, f"{self.kos.name} {one.path}", steps)


def images(dossier: Dossier) -> list[Imaged]:
    """The images, each with the KOS of its study."""
    by_study = {study: one for one in dossier.manifests for study in one.values("study")}
    return [Imaged(one, dossier, by_study.get(one.get("study"))) for one in dossier.images]


def imaged(dossier: Dossier) -> Iterable[Imaged]:
    """The images whose study is that of a KOS."""
    return [one for one in images(dossier) if one.kos]


def listed(dossier: Dossier) -> Iterable[Imaged]:
    """The images that the KOS of their study lists."""
    return [one for one in images(dossier) if one.reference]


def with_accession(dossier: Dossier) -> Iterable[Imaged]:
    return [one for one in imaged(dossier) if one.image.get("accession")]


def local_patients(dossier: Dossier) -> Iterable[Imaged]:
    """The images, where the report or the message says the local identifier."""
    known = any(one.get("local_id") for one in dossier.documents)
    return images(dossier) if known else ()


def _series_uid(reference: Reference) -> str:
    sequence = reference.item.sequence
    return sequence.item.text(tags.SERIES_INSTANCE_UID) if sequence else ""


@rule("X-KI-01", over=images, verifies=("X-KI-01", "IHE-XK01"), needs=("kos", "image"))
def image_of_another_study(node: Imaged) -> Iterator[Defect]:
    """The study of every image is that of a KOS.

    Why: the consumer asks for the study that the KOS names, and gets no such image.
    Fix: give the images of the study of the KOS; build the KOS from the archive's own UIDs.
    """
    if node.kos is None:
        known = [fact for one in node.dossier.manifests for fact in one.get("study")]
        names = " | ".join(dict.fromkeys(one.value for one in known))
        yield node.differs("study", names, node.dossier.manifests[0].name)


@rule("X-KI-02", over=imaged, verifies=("X-KI-02", "IHE-XK01"), needs=("kos", "image"))
def image_not_in_its_series(node: Imaged) -> Iterator[Defect]:
    """Every image is listed in the KOS of its study, under its own series.

    Why: the consumer retrieves by series; an image under another series is not found.
    Fix: list the instance under the Series Instance UID that its header has.
    """
    assert node.kos is not None
    instance = node.image.get("instance")
    if node.reference is None:
        if not node.dossier.complete and instance not in node.dossier.rejected:
            yield node.differs("instance", "(0040,A375)", node.kos.name)
    elif _series_uid(node.reference) != node.image.get("series"):
        against = f"{node.kos.name} {node.reference.path}"
        yield node.differs("series", _series_uid(node.reference), against)


@rule("X-KI-03", over=listed, verifies=("X-KI-03", "IHE-XK01"), needs=("kos", "image"))
def class_of_the_image_differs(node: Imaged) -> Iterator[Defect]:
    """The SOP class of every image is the one that the KOS lists.

    Why: the consumer negotiates and shows by the class of the KOS.
    Fix: write the SOP Class UID that the image has.
    """
    assert node.reference is not None
    assert node.kos is not None
    if node.reference.sop_class != node.image.get("class"):
        against = f"{node.kos.name} {node.reference.path}.(0008,1150)"
        yield node.differs("class", node.reference.sop_class, against)


@rule("X-KI-04", over=listed, verifies=("X-KI-04",), needs=("kos", "image"))
def number_of_the_image_differs(node: Imaged) -> Iterator[Defect]:
    """Instance and series number of an image are those that the KOS lists.

    Why: the viewer orders images and series by these numbers before it has them.
    Fix: copy the numbers from the images.
    """
    assert node.reference is not None
    assert node.kos is not None
    item = node.reference.item
    series = item.sequence.item if item.sequence else item
    for field, holder in (("instance_number", item), ("series_number", series)):
        expected, found = holder.text(NUMBERS[field]), node.image.get(field)
        if expected and found and expected != found:
            yield node.differs(field, expected, f"{node.kos.name} {holder.path}")


@rule("X-KI-05", over=with_accession, verifies=("X-KI-05", "IHE-XK06"), needs=("kos", "image"))
def accession_of_the_image_differs(node: Imaged) -> Iterator[Defect]:
    """The accession number of every image is one of the requests of the KOS.

    Why: the images are of the exam that was asked for under that number.
    Fix: write the accession numbers of the images in the requests of the KOS.
    """
    assert node.kos is not None
    known = node.kos.values("accession")
    if known and node.image.get("accession") not in known:
        one = node.kos.get("accession")[0]
        yield node.differs("accession", " | ".join(known), f"{node.kos.name} {one.path}")


@rule("X-KI-06", over=local_patients, verifies=("X-KI-06",), needs=("image",))
def patient_of_the_image_differs(node: Imaged) -> Iterator[Defect]:
    """The patient identifier of an image is the local identifier of the report or the message.

    Why: the PACS knows the patient by the local identifier; an official passing pair differs.
    Fix: nothing, if the images are those of the patient.
    """
    holders = [one for one in node.dossier.documents if one.get("local_id")]
    known = {value for one in holders for value in one.values("local_id")}
    if node.image.get("local_id") not in known:
        one = holders[0].get("local_id")[0]
        yield node.differs("local_id", " | ".join(sorted(known)), f"{holders[0].name} {one.path}")


@rule("X-KI-07", over=imaged, verifies=("X-KI-07", "IHE-XK05"), needs=("kos", "image"))
def study_attributes_differ(node: Imaged) -> Iterator[Defect]:
    """Study date, time and description of an image are those of the KOS.

    Why: the user finds the exam in the list by the date of the KOS.
    Fix: copy them from the images.
    """
    assert node.kos is not None
    for field in STUDY_FIELDS:
        expected, found = node.kos.first(field), node.image.get(field)
        if field == "study_time":
            expected, found = expected.partition(".")[0], found.partition(".")[0]
        if expected and found and EXACT.apply(expected) != EXACT.apply(found):
            yield node.differs_from_kos(field)


@rule("X-KI-08", over=imaged, verifies=("X-KI-08", "IHE-XK04"), needs=("kos", "image"))
def patient_name_differs(node: Imaged) -> Iterator[Defect]:
    """The patient name of an image is that of the KOS.

    Why: two names are two patients until somebody has looked.
    Fix: correct the identity in the archive.
    """
    assert node.kos is not None
    name = "^".join(one for one in (node.kos.first("family"), node.kos.first("given")) if one)
    found = node.image.get("patient_name")
    if name and found and PERSON.apply(found) != PERSON.apply(name):
        yield node.differs("patient_name", name, f"{node.kos.name} (0010,0010)", PERSON.steps)


@rule("X-KI-09", over=imaged, verifies=("X-KI-09",), needs=("kos", "image"))
def birth_date_differs(node: Imaged) -> Iterator[Defect]:
    """The date of birth in an image is that of the KOS.

    Why: the identity of the KOS is qualified, that of the PACS may not be.
    Fix: nothing for the KOS; correct the identity in the archive.
    """
    yield from _trait(node, "birth_date")


@rule("X-KI-10", over=imaged, verifies=("X-KI-10", "IHE-XK04"), needs=("kos", "image"))
def sex_differs(node: Imaged) -> Iterator[Defect]:
    """The sex in an image is that of the KOS.

    Why: the identity of the KOS is qualified, that of the PACS may not be.
    Fix: nothing for the KOS; correct the identity in the archive.
    """
    yield from _trait(node, "sex")


def _trait(node: Imaged, field: str) -> Iterator[Defect]:
    assert node.kos is not None
    expected, found = node.kos.first(field), node.image.get(field)
    if expected and found and expected != found:
        yield node.differs_from_kos(field)


@rule("X-KI-11", over=imaged, verifies=("X-KI-11",), needs=("kos", "image"))
def series_line_differs(node: Imaged) -> Iterator[Defect]:
    """Modality and description of a series in the KOS are those of its images.

    Why: the user chooses the series by this line before the images are retrieved.
    Fix: copy Modality and Series Description of the series.
    """
    assert node.kos is not None
    line = node.kos.get(f"line {node.image.get('series')}")
    found = f"{node.image.get('modality')} {node.image.get('series_description')}".strip()
    if line and EXACT.apply(line[0].value) != EXACT.apply(found):
        against = f"{node.kos.name} {line[0].path}"
        yield Defect(
            path=f"{node.image.name} (0008,0060) (0008,103E)",
            expected=line[0].value,
            actual=found,
            against=against,
            normalised=EXACT.steps,
        )


@rule("X-KI-12", over=whole, verifies=("X-KI-12", "IHE-XK02"), needs=("kos", "study"))
def instance_missing_from_the_kos(node: Whole) -> Iterator[Defect]:
    """Every instance of the study that is not rejected is in the KOS.

    Why: what the KOS does not list, nobody outside the site will ever see.
    Fix: list all instances of the study, as the archive returns them.
    """
    for one in imaged(node.dossier):
        rejected = one.image.get("instance") in node.dossier.rejected
        itself = one.image.get("instance") in (one.kos.values("kos_uid") if one.kos else ())
        if one.kos and one.reference is None and not rejected and not itself:
            yield one.differs("instance", "(0040,A375)", one.kos.name)


@rule("X-KI-13", over=whole, verifies=("X-KI-13", "IHE-XK02"), needs=("kos", "study"))
def instance_of_the_kos_missing(node: Whole) -> Iterator[Defect]:
    """Every instance that the KOS lists is in the study.

    Why: the consumer asks for it and gets an error, or a series that is not complete.
    Fix: build the KOS again when instances were deleted.
    """
    there = {one.get("instance") for one in node.dossier.images}
    for kos in node.dossier.manifests:
        for reference in kos.kos.evidence:
            if reference.instance and reference.instance not in there:
                yield Defect(
                    path=f"{kos.name} {reference.path}.(0008,1155)",
                    expected="(0008,0018)",
                    actual=reference.instance,
                    offset=reference.place,
                )


@rule("X-KI-14", over=imaged, verifies=("X-KI-14",), needs=("kos", "image"))
def rejected_instance_listed(node: Imaged) -> Iterator[Defect]:
    """No rejected instance is in the KOS.

    Why: the archive says that the image must not be used.
    Fix: leave out what a rejection note takes back.
    """
    if node.reference is not None and node.image.get("instance") in node.dossier.rejected:
        assert node.kos is not None
        yield node.differs("instance", "", f"{node.kos.name} {node.reference.path}")


@rule("X-KI-15", over=whole, verifies=("X-KI-15",), needs=("study",))
def instance_there_twice(node: Whole) -> Iterator[Defect]:
    """No instance is there twice.

    Why: two files of one UID are one instance to a reader, and it is not said which.
    Fix: remove the copy; an instance that was changed needs a UID of its own.
    """
    counted = Counter(one.get("instance") for one in node.dossier.images)
    seen: dict[str, str] = {}
    for one in node.dossier.images:
        uid = one.get("instance")
        if counted[uid] > 1 and uid in seen:
            path = f"{one.name} {one.path('instance')}"
            yield Defect(path, "1", uid, one.offset("instance"), against=seen[uid])
        seen.setdefault(uid, one.name)


@rule("X-KI-16", over=images, verifies=("X-KI-16", "IHE-XK03"), needs=("kos", "image"))
def image_with_the_uid_of_the_kos(node: Imaged) -> Iterator[Defect]:
    """The SOP Instance UID of the KOS is that of no image.

    Why: a UID names one object; an archive would replace the image by the KOS.
    Fix: give the KOS a SOP Instance UID of its own.
    """
    for kos in node.dossier.manifests:
        same = node.image.get("instance") in kos.values("kos_uid")
        if same and node.image.get("class") != "1.2.840.10008.5.1.4.1.1.88.59":
            against = f"{kos.name} (0008,0018)"
            yield node.differs("instance", f"!= {node.image.get('instance')}", against)
