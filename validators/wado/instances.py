"""The instances that a retrieval answers with: files, transfer syntaxes, the right ones
(DRIM-M C.2; PS3.18 8.7.3, 10.4.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.dicom import BIG_ENDIAN, EXPLICIT_VR, IMPLICIT_VR
from validators.reading.dicom_tree import tag_text
from validators.wado.answer import Answer, instances, readable_instances, rule
from validators.wado.instance import SERIES, SOP_CLASS, SOP_INSTANCE, STUDY
from validators.wado.response import DICOM, Payload, Response

MEDIA_CLASS, MEDIA_INSTANCE = 0x00020002, 0x00020003


def complete_answers(response: Response) -> Iterable[Answer]:
    """An answer of 200 that holds instances, for what is said of them together."""
    found = response.status == 200 and response.of_instances and instances(response)
    return (Answer(response),) if found else ()


def explicit_instances(response: Response) -> Iterable[Payload]:
    """The instances in a syntax other than Implicit VR or Big Endian, its data set begun."""
    return [
        one
        for one in instances(response)
        if one.instance.syntax not in ("", IMPLICIT_VR, BIG_ENDIAN)
    ]


@rule("WADO-WP05", over=instances, verifies=("PS3.18-WP05", "DRIM-C-RES-04"), needs=("body",))
def part_is_no_file(one: Payload) -> Iterator[Defect]:
    """Each instance is a DICOM file: preamble, DICM, file meta information.

    Why: without group 0002 nobody knows how the data set is encoded.
    Fix: send the file as PS3.10 has it, not the bare data set.
    """
    found = one.instance
    if found.prefix != b"DICM":
        yield one.defect(expected="DICM", actual=found.prefix.hex(" ") or None)
    elif not found.syntax:
        yield one.defect(expected="(0002,0010)")


@rule("WADO-WP06", over=instances, verifies=("PS3.18-WP06",), needs=("body",))
def syntax_never_allowed(one: Payload) -> Iterator[Defect]:
    """No instance is in Implicit VR or in Big Endian.

    Why: PS3.18 forbids them on the web; a KOS stored in Implicit VR is to be transcoded.
    Fix: transcode to Explicit VR Little Endian.
    """
    if one.instance.syntax in (IMPLICIT_VR, BIG_ENDIAN):
        yield one.defect(expected=EXPLICIT_VR, actual=one.instance.syntax, child="(0002,0010)")


@rule("WADO-RES-05", over=readable_instances, verifies=("DRIM-C-RES-05", "PS3.18-WP06"),
      needs=("body", "request"))  # fmt: skip
def syntax_not_accepted(one: Payload) -> Iterator[Defect]:
    """Each instance is in a transfer syntax that the request accepts.

    Why: the client cannot show it.
    Fix: send it as it is stored where that is accepted; transcode it where not; else answer 406.
    """
    request = one.response.request
    syntax = one.instance.syntax
    if request is None or syntax in ("", IMPLICIT_VR, BIG_ENDIAN):
        return
    accepted = _accepted(one.response)
    if len(accepted) > 1 and "*" not in accepted and syntax not in accepted:
        yield one.defect(expected=" ".join(sorted(accepted)), actual=syntax, child="(0002,0010)")


@rule("WADO-WP08", over=readable_instances, verifies=("PS3.18-WP08",), needs=("body", "request"))
def compressed_unasked(one: Payload) -> Iterator[Defect]:
    """Where the request names no transfer syntax the answer is in Explicit VR Little Endian.

    Why: it is the default; only what exists in a lossy form alone may come compressed.
    Fix: decode it.
    """
    request = one.response.request
    if request is None or not one.instance.compressed:
        return
    ranges = [each for each in request.ranges if each.root_type in (DICOM, "*/*", "")]
    if ranges and not any(each.get("transfer-syntax") for each in ranges):
        yield one.defect(expected=EXPLICIT_VR, actual=one.instance.syntax, child="(0002,0010)")


def _accepted(response: Response) -> set[str]:
    """The transfer syntaxes that the media ranges for instances name, and the default one."""
    request = response.request
    ranges = request.ranges if request else []
    found = {
        each.get("transfer-syntax")
        for each in ranges
        if each.root_type in (DICOM, "") and each.quality != 0
    }
    return {one for one in found if one} | {EXPLICIT_VR}


@rule("WADO-WP09", over=explicit_instances, verifies=("PS3.18-WP09",), needs=("body",))
def dataset_of_another_syntax(one: Payload) -> Iterator[Defect]:
    """The data set is encoded as its transfer syntax says.

    Why: a reader fails, or reads other values.
    Fix: transcode the data set when the transfer syntax changes.
    """
    found = one.instance
    if found.deflated:
        return
    if len(found.first_element) == 8 and not found.looks_explicit:
        yield one.defect(expected="VR", actual=found.first_element[4:6].hex(" "))
    elif found.broken:
        yield one.defect(expected=found.syntax, actual=found.broken)


@rule("WADO-WP10", over=readable_instances, verifies=("PS3.18-WP10",), needs=("body",))
def meta_of_another_instance(one: Payload) -> Iterator[Defect]:
    """The file meta information has the class and the UID of the data set.

    Why: an archive files the image by one and finds it by the other.
    Fix: write (0002,0002) and (0002,0003) from the data set.
    """
    found = one.instance
    for meta, tag in ((MEDIA_CLASS, SOP_CLASS), (MEDIA_INSTANCE, SOP_INSTANCE)):
        if found.meta.get(meta, "") != found.get(tag):
            yield one.defect(
                expected=found.get(tag), actual=found.meta.get(meta), child=tag_text(meta)
            )


@rule("WADO-RES-07", over=readable_instances, verifies=("DRIM-C-RES-07", "PS3.18-WP10"),
      needs=("body", "request"))  # fmt: skip
def instance_of_another_resource(one: Payload) -> Iterator[Defect]:
    """Each instance is of the study and of the series, or is the instance, that was asked for.

    Why: images of another exam, perhaps of another patient, are shown in this one.
    Fix: select by the UIDs of the URL.
    """
    request = one.response.request
    if request is None:
        return
    target, found = request.target, one.instance
    for asked, tag in (
        (target.study, STUDY), (target.series, SERIES), (target.instance, SOP_INSTANCE),
    ):  # fmt: skip
        if asked and found.get(tag) != asked:
            yield one.defect(expected=asked, actual=found.get(tag) or None, child=tag_text(tag))
            return


@rule("WADO-RES-06", over=complete_answers, verifies=("DRIM-C-RES-06", "PS3.18-WP11"),
      needs=("body",))  # fmt: skip
def instance_twice(one: Answer) -> Iterator[Defect]:
    """No instance comes twice.

    Why: it is shown twice, and counts for one that is missing.
    Fix: send each instance once.
    """
    seen: set[str] = set()
    for each in readable_instances(one.response):
        uid = each.instance.get(SOP_INSTANCE)
        if uid in seen:
            yield each.defect(expected="1", actual=uid, child=tag_text(SOP_INSTANCE))
        seen.add(uid)


@rule("WADO-RES-06-KOS", over=readable_instances, verifies=("DRIM-C-RES-06", "PS3.18-WP11"),
      needs=("body", "kos"))  # fmt: skip
def instance_not_in_the_manifest(one: Payload) -> Iterator[Defect]:
    """Each instance is listed in the manifest, where its series is or the request is not known.

    Why: what the manifest leaves out was taken back, or is not meant to be shared.
    Fix: send what the KOS lists; publish a new KOS where the series has grown.
    """
    manifest, found = one.response.manifest, one.instance
    if manifest is None:
        return
    study, series, uid = found.uids
    listed = manifest.instances(study, series)
    if uid not in listed and (listed or one.response.request is None):
        yield one.defect(expected=manifest.uid, actual=uid, child=tag_text(SOP_INSTANCE))


@rule("WADO-WP10-CLASS", over=readable_instances, verifies=("PS3.18-WP10-CLASS",),
      needs=("body", "kos"))  # fmt: skip
def class_not_that_of_the_manifest(one: Payload) -> Iterator[Defect]:
    """Each instance has the class that the manifest gives it.

    Why: the client chose how to show it by the manifest.
    Fix: build the manifest from the instances that are sent.
    """
    manifest, found = one.response.manifest, one.instance
    if manifest is None:
        return
    study, series, uid = found.uids
    expected = manifest.instances(study, series).get(uid)
    if expected and expected != found.get(SOP_CLASS):
        yield one.defect(expected=expected, actual=found.get(SOP_CLASS), child=tag_text(SOP_CLASS))


@rule("WADO-WR02", over=complete_answers, verifies=("PS3.18-WR02", "DRIM-C-RES-06"),
      needs=("body", "request", "kos"))  # fmt: skip
def instance_missing(one: Answer) -> Iterator[Defect]:
    """200 brings every instance that the manifest lists of what was asked for.

    Why: the exam is read without some of its images, and nobody knows.
    Fix: send all of them; answer 206, or fail, where some cannot be had.
    """
    request, manifest = one.response.request, one.response.manifest
    if request is None or manifest is None or not request.target.several:
        return
    sent = {each.instance.get(SOP_INSTANCE) for each in instances(one.response)}
    unread = sum(not each.instance.get(SOP_INSTANCE) for each in instances(one.response))
    listed = manifest.instances(request.target.study, request.target.series)
    missing = [uid for uid in listed if uid not in sent]
    if len(missing) > unread:
        for uid in missing:
            yield one.defect(expected=uid)


@rule("WADO-RES-08", over=readable_instances, verifies=("DRIM-C-RES-08",), needs=("body",))
def image_without_ins(one: Payload) -> Iterator[Defect]:
    """Each image has the INS among the other patient identifiers, (0010,1002).

    Why: the DRIMbox Conso compares it with that of the KOS before it shows the images.
    Fix: add an item with the INS, TEXT and its authority; leave Patient ID as it is.
    """
    if not any(uid and kind == "TEXT" for uid, kind in one.instance.other_ids):
        yield one.defect(expected="TEXT", child="(0010,1002)")
