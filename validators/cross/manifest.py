"""The KOS and the manifest in FHIR of one study (MADO, mapping: MF01 to MF05)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.cross.dossier import Dossier, rule
from validators.cross.fhir_facts import FhirFacts
from validators.cross.fields import Pair
from validators.cross.kos_facts import KosFacts
from validators.kos import tags
from validators.model import Defect

TIMEZONE = "(0008,0201)"


class Manifests(Pair):
    """A manifest in FHIR with the KOS of its study."""

    __slots__ = ()

    @property
    def fhir(self) -> FhirFacts:
        assert isinstance(self.left, FhirFacts)
        return self.left

    @property
    def kos(self) -> KosFacts:
        assert isinstance(self.right, KosFacts)
        return self.right


def manifests(dossier: Dossier) -> Iterable[Manifests]:
    return [Manifests(left, right) for left, right in dossier.pairs("fhir", "kos")]


def counted(dossier: Dossier) -> Iterable[Manifests]:
    return [one for one in manifests(dossier) if one.fhir.counts]


def started(dossier: Dossier) -> Iterable[Manifests]:
    return [one for one in manifests(dossier) if one.fhir.get("started")]


@rule("X-MF-20", over=manifests, verifies=("IHE-MF02",), needs=("kos", "fhir"))
def references_differ(pair: Manifests) -> Iterator[Defect]:
    """The manifest in FHIR and the KOS list the same instances, in the same series and classes.

    Why: a consumer that reads the one must find what a consumer of the other finds.
    Fix: make both from the same list of the archive.
    """
    listed = {
        (series.uid, item.text(tags.REFERENCED_SOP_INSTANCE)): (
            item.text(tags.REFERENCED_SOP_CLASS), item.path)
        for series in pair.kos.kos.series
        for item in series.item.items(tags.REFERENCED_SOP)
    }  # fmt: skip
    there = {
        (series, instance): sop_class
        for series, instances in pair.fhir.instances.items()
        for instance, sop_class in instances.items()
    }
    for key in sorted(listed.keys() - there.keys()):
        path = f"{pair.kos.name} {listed[key][1]}"
        yield Defect(path, "ImagingStudy.series.instance", key[1], against=pair.fhir.name)
    for key in sorted(there.keys() - listed.keys()):
        yield Defect(f"{pair.fhir.name} $..instance[uid={key[1]}]", "(0040,A375)", key[1],
                     against=pair.kos.name)  # fmt: skip
    for key in sorted(there.keys() & listed.keys()):
        if there[key] and there[key] != listed[key][0]:
            yield Defect(f"{pair.fhir.name} $..instance[uid={key[1]}].sopClass", listed[key][0],
                         there[key], against=f"{pair.kos.name} {listed[key][1]}")  # fmt: skip


@rule("X-MF-21", over=counted, verifies=("IHE-MF03",), needs=("kos", "fhir"))
def counts_differ(pair: Manifests) -> Iterator[Defect]:
    """NumberOfSeries and numberOfInstances are the numbers of what is listed.

    Why: a consumer compares them with what it received, and reports a loss.
    Fix: count what is listed.
    """
    for path, declared, real in pair.fhir.counts:
        if declared != real:
            yield Defect(f"{pair.fhir.name} {path}", str(real), str(declared))


@rule("X-MF-22", over=started, verifies=("IHE-MF04",), needs=("kos", "fhir"))
def start_without_the_zone_of_the_kos(pair: Manifests) -> Iterator[Defect]:
    """The start of the study carries the offset of the KOS.

    Why: without it the exam moves by the offset for a reader elsewhere.
    Fix: write started with the offset of (0008,0201).
    """
    zone = pair.kos.kos.root.text(tags.TIMEZONE_OFFSET)
    one = pair.fhir.get("started")[0]
    wanted = f"{zone[:3]}:{zone[3:]}" if len(zone) == 5 else zone
    given = one.value[-6:] if one.value[-1:] != "Z" else "+00:00"
    if wanted and "T" in one.value and given != wanted:
        yield Defect(f"{pair.fhir.name} {one.path}", wanted, one.value,
                     against=f"{pair.kos.name} {TIMEZONE}")  # fmt: skip
