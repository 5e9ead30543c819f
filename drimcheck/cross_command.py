"""``drimcheck cross``: the documents of an exam against each other."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drimcheck import __version__
from drimcheck.concluding import Usage, conclude
from drimcheck.files import collect, content
from drimcheck.headers import bar, heads_of
from drimcheck.judging import plan_of
from drimcheck.options import add_options

if TYPE_CHECKING:
    from validators.cross.facts import Facts
    from validators.cross.image_facts import ImageFacts
    from validators.model import RunReport, SubjectReport

ROLES = {
    "kos": "Key Object Selection",
    "cda": "report",
    "hl7": "HL7 v2 message, with the report inside",
    "xds": "XDS submission, with the documents inside",
    "fhir": "manifest in FHIR (ImagingStudy), as JSON",
}


@dataclass(slots=True)
class Gathered:
    """What the command was given, as facts; ``files`` counts the inputs."""

    documents: list[Facts] = field(default_factory=list)
    previous: list[Facts] = field(default_factory=list)
    images: list[ImageFacts] = field(default_factory=list)
    complete: bool = False
    bytes_of_images: int = 0
    whole: list[SubjectReport] = field(default_factory=list)


def add_command(commands: Any) -> None:
    cross = commands.add_parser("cross", help="judge the documents of an exam against each other")
    for role, what in ROLES.items():
        cross.add_argument(f"--{role}", metavar="FILE", action="append", default=[], help=what)
    cross.add_argument(
        "--image", metavar="PATH", action="append", default=[], help="image, or folder of images"
    )
    cross.add_argument(
        "--study", metavar="DIR", action="append", default=[],
        help="folder or zip with all images of the study",
    )  # fmt: skip
    cross.add_argument(
        "--xdm", metavar="PATH", action="append", default=[], help="XDM archive, for all in it"
    )
    cross.add_argument(
        "--previous", metavar="DIR", action="append", default=[],
        help="the documents that these replace",
    )  # fmt: skip
    cross.add_argument("--all", action="store_true", help="each document by its own rules too")
    add_options(cross)
    cross.set_defaults(run=run, kinds=(), command="cross")


def run(options: argparse.Namespace) -> int:
    """Gather what was given, compare, print the summary, write the report files."""
    return conclude(options, _judge)


def _judge(options: argparse.Namespace) -> RunReport:
    from drimcheck.privacy.persons import persons_in
    from validators.cross import Dossier, compare
    from validators.engine import judge
    from validators.kinds import CROSS
    from validators.model import SubjectReport
    from validators.run import report

    plan = plan_of(options, CROSS)
    found = _gather(options)
    inputs = len(found.documents) + len(found.previous) + bool(found.images)
    if inputs < 2:
        raise Usage("cross needs two documents at least; see: drimcheck cross --help")
    dossier = Dossier(
        found.documents, found.images, complete=found.complete, previous=found.previous
    )
    subject = SubjectReport(
        name=", ".join(_names(found)),
        kind=CROSS,
        size=found.bytes_of_images,
        sha256="",
        results=judge(plan, dossier),
        facts=_described(found),
    )
    options.persons[subject.name] = [each for one in (*found.documents, *found.previous)
                                     for each in persons_in(one)]  # fmt: skip
    plans = [plan, *(plan_of(options, kind) for kind in {one.kind for one in found.whole})]
    made = report(
        plans,
        [subject, *found.whole],
        version=__version__,
        command=options.command,
        require_all=options.require_all,
    )
    return replace(made, comparisons=compare(dossier))


def _names(found: Gathered) -> Iterator[str]:
    yield from (one.name for one in found.documents)
    if found.images:
        yield found.images[0].name if len(found.images) == 1 else f"{len(found.images)} x DICOM"


def _described(found: Gathered) -> dict[str, str]:
    """What was compared, by role, and how much of the images was read."""
    described: dict[str, str] = {}
    for one in found.documents:
        described[one.role] = ", ".join(filter(None, (described.get(one.role), one.name)))
    if found.previous:
        described["previous"] = ", ".join(one.name for one in found.previous)
    if found.images:
        described["images"] = str(len(found.images))
        described["bytes read of the images"] = str(found.bytes_of_images)
    return described


def _gather(options: argparse.Namespace) -> Gathered:
    """Read everything that the options name. Raises OSError and Usage."""
    for name in (*ROLES, "xdm", "image", "study", "previous"):
        for path in getattr(options, name):
            if not Path(path).exists():
                raise Usage(f"{path}: no such file or folder")
    found = Gathered(complete=bool(options.study))
    for role in ROLES:
        for path in getattr(options, role):
            _add(found, options, role, Path(path))
    for path in options.xdm:
        _add(found, options, "xdm", Path(path))
    for path in options.image + options.study:
        try:
            images, size = heads_of(Path(path), bar)
        except ValueError as problem:
            raise Usage(str(problem)) from None
        found.images += _images_alone(images, Path(path))
        found.bytes_of_images += size
    for path in options.previous:
        found.previous += _previous(path)
    return found


def _images_alone(images: list[ImageFacts], path: Path) -> list[ImageFacts]:
    """The images; of a folder or a zip, what is no DICOM is passed over."""
    if len(images) == 1 and path.is_file():
        return images
    return [one for one in images if one.problem != "DICM"]


def _add(found: Gathered, options: argparse.Namespace, role: str, path: Path) -> None:
    """The facts of a file, and of the documents inside it."""
    from validators.kinds import KINDS, with_embedded
    from validators.subjects import judge_document

    with content(path) as buffer:
        name = path.as_posix()
        if options.all and role in KINDS:
            plans = {kind.name: plan_of(options, kind.name) for kind in with_embedded([role])}
            found.whole += judge_document(name, buffer, KINDS[role], plans)
        found.documents += _facts_inside(role, name, buffer)


def _previous(path: str) -> list[Facts]:
    """The facts of every document of a folder that is of a known kind."""
    from validators.kinds import KINDS

    files, missing = collect([path], archives=True)
    if missing:
        raise Usage(f"{missing[0]}: no such file or folder")
    found: list[Facts] = []
    for one in files:
        with content(one.path) as buffer:
            kind = next((name for name in KINDS if not KINDS[name].recognises(buffer)), "")
            if kind:
                found += _facts_inside(kind, one.name, buffer)
    return found


def _facts_inside(kind: str, name: str, buffer: Any) -> Iterator[Facts]:
    """The facts of a document and of those inside it, as far as their kind plays a role."""
    from validators.cross import facts_of
    from validators.kinds import KINDS

    if kind in ROLES:
        yield facts_of(kind, name, bytes(buffer))
    if kind not in KINDS:
        return
    subject = KINDS[kind].load(buffer)
    for one in subject.embedded:
        if one.kind in ROLES:
            yield facts_of(one.kind, f"{name}#{one.place}", one.content, name)
    subject.release()
