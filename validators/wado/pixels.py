"""The pixels of the instances that were retrieved (PS3.5 8.2, A.4; PS3.3 C.7.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.catalogue.tables import storage_classes
from validators.model import Defect
from validators.reading.dicom_tree import tag_text
from validators.rules import Undecided
from validators.wado.answer import readable_instances, rule
from validators.wado.codestream import JPIP, LOSSY_METHODS, VIDEO, frame_problem, photometric_of
from validators.wado.instance import (
    BITS,
    COLUMNS,
    FRAMES,
    HEAD_LIMIT,
    LOSSY,
    METHOD,
    PHOTOMETRIC,
    RATIO,
    ROWS,
    SAMPLES,
    SOP_CLASS,
    UNDEFINED,
    Instance,
)
from validators.wado.response import Payload, Response


def images(response: Response) -> Iterable[Payload]:
    """The instances of a class of images, those excepted whose pixels are fetched by JPIP."""
    return [
        one
        for one in readable_instances(response)
        if _is_image(one.instance) and one.instance.syntax not in JPIP
    ]


def uncompressed_images(response: Response) -> Iterable[Payload]:
    """Images whose pixels are as they are, in a length that is known."""
    return [
        one
        for one in images(response)
        if one.instance.pixels and not one.instance.compressed and not one.instance.deflated
    ]


def compressed_images(response: Response) -> Iterable[Payload]:
    """Images whose pixels are compressed."""
    return [one for one in images(response) if one.instance.pixels and one.instance.compressed]


def encapsulated_images(response: Response) -> Iterable[Payload]:
    """Those of them that have fragments."""
    return [one for one in compressed_images(response) if one.fragments.count]


def _is_image(found: Instance) -> bool:
    """Whether the class is one of images; or, of one that is not known, whether it has rows."""
    known = storage_classes().get(found.get(SOP_CLASS))
    return bool(found.get(ROWS)) or (known is not None and "Image Storage" in known.name)


def _frames(found: Instance) -> int:
    return found.number(FRAMES) or 1


@rule("WADO-WP12", over=images, verifies=("PS3.18-WP12",), needs=("body",))
def image_without_pixels(one: Payload) -> Iterator[Defect]:
    """Each image has its pixels.

    Why: there is nothing to show.
    Fix: send Pixel Data (7FE0,0010) with the instance.
    """
    found = one.instance
    if found.cut:
        raise Undecided(HEAD_LIMIT)
    if found.pixels is None and not found.broken and not found.deflated:
        yield one.defect(expected="(7FE0,0010)")


@rule("WADO-WP12-LENGTH", over=uncompressed_images, verifies=("PS3.18-WP12",), needs=("body",))
def pixels_of_another_length(one: Payload) -> Iterator[Defect]:
    """Uncompressed pixels have the length that rows, columns, samples, bits and frames make.

    Why: the last lines or frames are missing, or a reader refuses the image.
    Fix: send all of Pixel Data, padded to an even length.
    """
    found, pixels = one.instance, one.instance.pixels
    if pixels is None:
        return
    samples, bits = found.number(SAMPLES) or 1, found.number(BITS)
    area = found.number(ROWS) * found.number(COLUMNS) * _frames(found)
    present = one.part.length - pixels.offset
    if found.get(PHOTOMETRIC) == "YBR_FULL_422":
        samples = 2
    due = (area * samples * bits + 7) // 8
    due += due & 1
    if not area or not bits:
        return
    if pixels.length != due or present < due:
        actual = min(pixels.length, present)
        yield one.defect(expected=due, actual=actual, child="(7FE0,0010)")


@rule("WADO-WP12-FRAGMENTS", over=compressed_images, verifies=("PS3.18-WP12",), needs=("body",))
def fragments_malformed(one: Payload) -> Iterator[Defect]:
    """Compressed pixels are a sequence of fragments: offset table, items, delimiter.

    Why: a reader finds no frame, or reads past the end.
    Fix: encapsulate as PS3.5 A.4 says; send the part to its end.
    """
    pixels = one.instance.pixels
    if pixels is None:
        return
    if pixels.length != UNDEFINED:
        yield one.defect(expected="FFFFFFFF", actual=f"{pixels.length:08X}", child="(7FE0,0010)")
        return
    found = one.fragments
    if found.problem:
        place = one.part.place_at(found.at)
        yield Defect(f"{one.path}.(7FE0,0010)", found.problem[0], found.problem[1], place)


@rule("WADO-WP12-FRAMES", over=encapsulated_images, verifies=("PS3.18-WP12",), needs=("body",))
def frames_of_another_number(one: Payload) -> Iterator[Defect]:
    """There are as many compressed frames as Number of Frames says.

    Why: frames are missing, or cannot be told from each other.
    Fix: send every frame; where a frame has several fragments, write the offset table.
    """
    found = one.fragments
    if found.problem or one.instance.syntax in VIDEO:
        return
    frames = _frames(one.instance)
    if found.frames(frames) != frames:
        yield one.defect(expected=frames, actual=found.frames(frames), child=tag_text(FRAMES))


@rule("WADO-WP12-CODESTREAM", over=encapsulated_images, verifies=("PS3.18-WP12-CODESTREAM",),
      needs=("body",))  # fmt: skip
def codestream_of_another_syntax(one: Payload) -> Iterator[Defect]:
    """Each compressed frame is a stream of the kind that its transfer syntax names.

    Why: the decoder that the transfer syntax calls for cannot read it.
    Fix: write the transfer syntax that the frames are in.
    """
    found = one.fragments
    for number, (offset, length) in enumerate(found.starts(_frames(one.instance)), 1):
        problem = frame_problem(one.instance.syntax, one.part, offset, length)
        if problem:
            path = f"{one.path}.(7FE0,0010)[{number}]"
            yield Defect(path, problem[0], problem[1], one.part.place_at(offset))


@rule("WADO-WP13", over=compressed_images, verifies=("PS3.18-WP13",), needs=("body",))
def loss_not_told(one: Payload) -> Iterator[Defect]:
    """An image in a lossy transfer syntax says so, with ratio and method.

    Why: who reads it must know that details may be lost.
    Fix: write (0028,2110) 01, (0028,2112) and (0028,2114).
    """
    found = one.instance
    methods = LOSSY_METHODS.get(found.syntax)
    if methods is None:
        return
    if found.get(LOSSY) != "01":
        yield one.defect(expected="01", actual=found.get(LOSSY) or None, child=tag_text(LOSSY))
    elif not found.get(RATIO):
        yield one.defect(expected="1-n", child=tag_text(RATIO))
    elif not set(found.get(METHOD).split("\\")) & set(methods):
        yield one.defect(
            expected=" ".join(methods), actual=found.get(METHOD) or None, child=tag_text(METHOD)
        )


@rule("WADO-WP14", over=compressed_images, verifies=("PS3.18-WP14",), needs=("body",))
def photometric_of_another_syntax(one: Payload) -> Iterator[Defect]:
    """Photometric Interpretation is one that the transfer syntax allows.

    Why: colours are converted twice, or not at all.
    Fix: write that of the stream: YBR_FULL_422 for JPEG, YBR_RCT or YBR_ICT for JPEG 2000.
    """
    found = one.instance
    allowed = photometric_of(found.syntax)
    if allowed and found.get(PHOTOMETRIC) not in allowed:
        yield one.defect(
            expected=" ".join(allowed), actual=found.get(PHOTOMETRIC), child=tag_text(PHOTOMETRIC)
        )
