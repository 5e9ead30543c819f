"""The files of each exam: what each is, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from testdata import scenarios
from testdata.allowlist import signed, unsigned
from testdata.allowlist.signing import Style
from testdata.artefact import Artefact, LeftOut
from testdata.exam import Exam, SeriesPlan, Study
from testdata.exams import EXAMS, LARGE, exam
from testdata.images import instance
from testdata.images.syntaxes import UNCOMPRESSED, available, encode
from testdata.keys import SIGNER_SERIAL, pem, revocation_list, root
from testdata.kos import mado_kos, write, xds_i_kos
from testdata.kos_drim_m import drim_m_kos

KOS_SIZES = (20, 100, 1_000, 10_000)
LARGE_KOS_SIZES = (100_000,)
KOS_SETS = "kos"
"""The name of the set of KOS of every form and size."""

ALLOWLISTS = "allowlist"
"""The name of the set of allow-lists, signed and not, with what they are judged by."""

SETS = (*EXAMS, KOS_SETS, ALLOWLISTS)
IMAGE_SIZE, PERFORMANCE_SIZE = 256, 512


VIDEO = LeftOut(
    "syntaxes/video.dcm",
    "no codec among the dependencies writes MPEG-2 or MPEG-4 video, and no player here checks it",
)


def artefacts(name: str, seed: str, *, large: bool = False) -> Iterator[Artefact | LeftOut]:
    """The files of a set, in the order in which the manifest lists them. Raises KeyError."""
    if name == KOS_SETS:
        yield from _kos_sizes(seed, large=large)
        return
    if name == ALLOWLISTS:
        yield from _allowlists()
        return
    one = exam(name, seed)
    yield from _images(one)
    yield from scenarios.documents(one)
    if name == "syntaxes":
        yield VIDEO


def names(asked: str, *, large: bool = False) -> list[str]:
    """The sets that a name asks for: ``all`` is every one that is not large, or every one."""
    if asked != "all":
        return [asked]
    return [name for name in SETS if large or name not in LARGE]


def _images(one: Exam) -> Iterator[Artefact | LeftOut]:
    for number, study in enumerate(one.studies, start=1):
        folder = f"{one.name}/images" if len(one.studies) == 1 else f"{one.name}/images{number}"
        for series in study.series:
            yield from _series(one, study, series, folder)


def _series(
    one: Exam, study: Study, series: SeriesPlan, folder: str
) -> Iterator[Artefact | LeftOut]:
    size = PERFORMANCE_SIZE if one.name in LARGE else IMAGE_SIZE
    for number in range(1, len(series.instances) + 1):
        path = f"{folder}/X{series.number}/I{number:04d}.dcm"
        if series.syntax not in UNCOMPRESSED and not available():
            yield LeftOut(path, "its codec is in an extra: pip install 'drimcheck[codecs]'")
        else:
            what = f"{series.modality} {number}/{len(series.instances)}, {series.description}"
            yield Artefact(path, "image", what, partial(_image, one, study, series, number, size))


def _image(one: Exam, study: Study, series: SeriesPlan, number: int, size: int) -> bytes:
    document = instance(one, study, series, number, size=size)
    encode(document, series.syntax)
    return write(document)


def _kos_sizes(seed: str, *, large: bool) -> Iterator[Artefact]:
    """KOS of every form, of 20 references to 10,000, or 100,000 when large."""
    makers = {"drim-m": drim_m_kos, "xds-i-b": xds_i_kos, "mado": mado_kos}
    for size in (*KOS_SIZES, *(LARGE_KOS_SIZES if large else ())):
        for form, maker in makers.items():
            series = 2 if size < 1_000 else 10
            make = partial(maker, seed=seed, series=series, instances_per_series=size // series)
            path = f"{KOS_SETS}/{form}-{size}.dcm"
            yield Artefact(path, "kos", f"KOS {form}, {size} references", _written(make))


def _allowlists() -> Iterator[Artefact]:
    """Allow-lists in both forms, the certificate to trust, and what the authority revoked."""
    folder = ALLOWLISTS
    older, today = Style(), Style(filtered=False, first_form=True)
    yield Artefact(
        f"{folder}/signed-filter2.xml",
        "allowlist",
        "allow-list, its signature taken out by a filter",
        partial(signed, older),
    )
    yield Artefact(
        f"{folder}/signed-enveloped.xml",
        "allowlist",
        "allow-list, its signature taken out as enveloped",
        partial(signed, today),
    )
    yield Artefact(f"{folder}/unsigned.xml", "allowlist", "allow-list without signature", unsigned)
    yield Artefact(
        f"{folder}/trust/root.pem", "certificate", "certificate to trust", lambda: pem(root())
    )
    for name, revoked in (("crl-empty", ()), ("crl-signer-revoked", (SIGNER_SERIAL,))):
        yield Artefact(
            f"{folder}/{name}.crl",
            "crl",
            "certificate revocation list",
            partial(revocation_list, revoked),
        )


def _written(make: Callable[[], object]) -> Callable[[], bytes]:
    return lambda: write(make())  # type: ignore[arg-type]
