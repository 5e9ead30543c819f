"""Metadata as DICOM JSON (PS3.18 10.4.3.3.2 and Annex F)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from validators.catalogue.tables import data_dictionary
from validators.model import Defect
from validators.reading.dicom_scan import VR_NAMES
from validators.wado.answer import Answer, rule
from validators.wado.metadata import TAG, JsonAttribute, JsonDataset, fits
from validators.wado.response import JSON, XML, Response

NAMES = frozenset(VR_NAMES.values())
INLINE = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "UN"])
BULK = INLINE | {
    "DS", "FL", "FD", "IS", "LT", "SL", "SS", "ST", "SV", "UC", "UL", "US", "UT", "UV"
}  # fmt: skip
HOLDERS = ("Value", "BulkDataURI", "InlineBinary")
PIXEL_DATA, CHARSET = "7FE00010", "00080005"
CLASS, INSTANCE, STUDY, SERIES = "00080016", "00080018", "0020000D", "0020000E"


def answers(response: Response) -> Iterable[Answer]:
    """An answer that is JSON, or should be metadata."""
    found, request = response.content_type, response.request
    if not response.retrieved or (request is not None and not request.retrieves):
        return ()
    asked = request is not None and request.target.modifier == "metadata"
    json = found is not None and found.root in (JSON, "application/json")
    return (Answer(response),) if found and (json or asked) else ()


def documents(response: Response) -> Iterable[Answer]:
    """Metadata that came as JSON."""
    return (Answer(response),) if response.metadata is not None else ()


def datasets(response: Response) -> Iterable[JsonDataset]:
    return response.metadata.datasets if response.metadata else ()


def attributes(response: Response) -> Iterable[JsonAttribute]:
    return response.metadata.attributes if response.metadata else ()


def represented(response: Response) -> Iterable[JsonAttribute]:
    """The attributes whose value representation is known."""
    return [one for one in attributes(response) if one.vr in NAMES]


@rule("WADO-WJ01", over=answers, verifies=("PS3.18-WJ01",))
def metadata_of_another_type(one: Answer) -> Iterator[Defect]:
    """Metadata come as application/dicom+json, or as a multipart of application/dicom+xml.

    Why: a client that accepts one of these refuses anything else, or reads it another way.
    Fix: write Content-Type: application/dicom+json, without multipart.
    """
    found = one.response.content_type
    if found is None:
        return
    related = found.name == "multipart/related"
    xml = related and found.root == XML
    if not xml and (related or found.name not in (JSON, "application/json")):
        yield found.defect(expected=JSON, actual=found.header.value)


@rule("WADO-WJ01-PLAIN", over=answers, verifies=("PS3.18-WJ01-PLAIN",))
def metadata_as_plain_json(one: Answer) -> Iterator[Defect]:
    """Metadata are called application/dicom+json, not application/json.

    Why: some clients take one name only.
    Fix: write Content-Type: application/dicom+json.
    """
    found = one.response.content_type
    if found is not None and found.name == "application/json":
        yield found.defect(expected=JSON, actual=found.name)


@rule("WADO-WJ02", over=documents, verifies=("PS3.18-WJ02",), needs=("body",))
def metadata_no_json(one: Answer) -> Iterator[Defect]:
    """Metadata are JSON in UTF-8, without NaN or Infinity, no name twice in an object.

    Why: a JSON reader refuses them, or drops what stands there first.
    Fix: write them with a JSON library.
    """
    found = one.response.metadata
    for each in found.problems if found else ():
        yield Defect("body", each.expected, each.actual)


@rule("WADO-WJ02-ARRAY", over=documents, verifies=("PS3.18-WJ02",), needs=("body",))
def metadata_no_array(one: Answer) -> Iterator[Defect]:
    """Metadata are an array with one object for each instance, even for one.

    Why: a client that reads the array finds nothing in a bare object.
    Fix: put the object into [ and ].
    """
    found = one.response.metadata
    if found is None or found.value is None:
        return
    if not isinstance(found.value, list):
        yield Defect("body", "[", type(found.value).__name__)
        return
    for each in found.instances:
        if not isinstance(each.content, dict):
            yield each.defect(expected="{", actual=type(each.content).__name__)


@rule("WADO-WJ03", over=attributes, verifies=("PS3.18-WJ03",), needs=("body",))
def tag_malformed(one: JsonAttribute) -> Iterator[Defect]:
    """Each name is a tag: eight hexadecimal digits in capitals, no group length, no group 0002.

    Why: a client looks an attribute up by exactly this name.
    Fix: write 0020000D, not (0020,000d), nor StudyInstanceUID.
    """
    if not TAG.fullmatch(one.tag) or one.tag[4:] == "0000" or one.tag[:4] == "0002":
        yield one.defect(expected="[0-9A-F]{8}", actual=one.tag)


@rule("WADO-WJ03-ORDER", over=datasets, verifies=("PS3.18-WJ03-ORDER",), needs=("body",))
def tags_out_of_order(one: JsonDataset) -> Iterator[Defect]:
    """The tags of a data set ascend.

    Why: PS3.18 has them so; readers that go through them once count on it.
    Fix: sort the names.
    """
    for before, after in pairwise(one.content if isinstance(one.content, dict) else ()):
        if after < before:
            yield one.defect(expected=f"> {before}", actual=after)
            return


@rule("WADO-WJ04", over=attributes, verifies=("PS3.18-WJ04",), needs=("body",))
def attribute_malformed(one: JsonAttribute) -> Iterator[Defect]:
    """An attribute has its vr, and one of Value, BulkDataURI, InlineBinary at most.

    Why: without vr the value has no type; with two values nobody knows which is meant.
    Fix: write { "vr": "CS", "Value": ["CT"] }; leave Value out where it is empty.
    """
    if not isinstance(one.content, dict) or one.vr not in NAMES:
        yield one.defect(expected="vr", actual=one.vr or None)
        return
    held = [name for name in HOLDERS if name in one.content]
    other = [name for name in one.content if name not in (*HOLDERS, "vr")]
    if len(held) > 1 or other:
        yield one.defect(expected=" | ".join(HOLDERS), actual=" ".join((*held, *other)))
    elif held == ["Value"] and not isinstance(one.content["Value"], list):
        yield one.defect(expected="[", actual=one.content["Value"])


@rule("WADO-WJ04-EMPTY", over=represented, verifies=("PS3.18-WJ04-EMPTY",), needs=("body",))
def empty_value_written(one: JsonAttribute) -> Iterator[Defect]:
    """An empty attribute has no Value.

    Why: PS3.18 leaves it out; some readers take an empty text for a value.
    Fix: write the vr alone.
    """
    if one.content.get("Value") in ([], [""], [None]):
        yield one.defect(expected='{"vr"}', actual=one.content["Value"])


@rule("WADO-WJ05", over=represented, verifies=("PS3.18-WJ05",), needs=("body",))
def value_of_another_type(one: JsonAttribute) -> Iterator[Defect]:
    r"""Each value has the JSON type of its vr: text, number, object; null where it is empty.

    Why: "1\2" read as one text loses the second value; a number in quotes does not add up.
    Fix: write one element of Value for each value, of the type of PS3.18 Table F.2.3-1.
    """
    for value in one.values:
        if value is not None and not fits(one.vr, value):
            yield one.defect(expected=one.vr, actual=value)
            return


@rule("WADO-WJ07", over=represented, verifies=("PS3.18-WJ07",), needs=("body",))
def inline_binary_malformed(one: JsonAttribute) -> Iterator[Defect]:
    """InlineBinary is base64, in an attribute of bytes.

    Why: a client decodes it without asking.
    Fix: write one text of base64, for OB, OD, OF, OL, OV, OW and UN only.
    """
    value = one.content.get("InlineBinary", "")
    if "InlineBinary" not in one.content:
        return
    if one.vr not in INLINE or not isinstance(value, str):
        yield one.defect(expected=" ".join(sorted(INLINE)), actual=one.vr)
        return
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        yield one.defect(expected="base64", actual=value)


@rule("WADO-WJ08", over=represented, verifies=("PS3.18-WJ08",), needs=("body",))
def bulk_data_malformed(one: JsonAttribute) -> Iterator[Defect]:
    """BulkDataURI is a URI, in an attribute whose value may be left out.

    Why: a client fetches it, and an empty one leads back to the metadata.
    Fix: write the URL of the value; never for a code, a date, a name or a UID.
    """
    if "BulkDataURI" not in one.content:
        return
    value = one.content["BulkDataURI"]
    if one.vr not in BULK:
        yield one.defect(expected=" ".join(sorted(BULK)), actual=one.vr)
    elif not isinstance(value, str) or not value.strip() or re.search(r"\s", value.strip()):
        yield one.defect(expected="URI", actual=value)


@rule("WADO-WJ09", over=represented, verifies=("PS3.18-WJ09",), needs=("body",))
def pixels_inline(one: JsonAttribute) -> Iterator[Defect]:
    """The metadata do not hold the pixels.

    Why: who asks for metadata wants to be spared them.
    Fix: give Pixel Data as BulkDataURI, or leave it out.
    """
    if one.tag == PIXEL_DATA and "InlineBinary" in one.content:
        yield one.defect(expected="BulkDataURI", actual="InlineBinary")


@rule("WADO-WJ10", over=represented, verifies=("PS3.18-WJ10",), needs=("body",))
def vr_not_that_of_the_dictionary(one: JsonAttribute) -> Iterator[Defect]:
    """The vr is that of the data dictionary.

    Why: the value is read as another type.
    Fix: write the vr of PS3.6; UN only for what is private.
    """
    entry = data_dictionary().get(int(one.tag, 16)) if TAG.fullmatch(one.tag) else None
    if entry is not None and one.vr not in entry.vrs:
        yield one.defect(expected=" ".join(entry.vrs), actual=one.vr)


@rule("WADO-WJ11", over=documents, verifies=("PS3.18-WJ11",), needs=("body",))
def metadata_without_identity(one: Answer) -> Iterator[Defect]:
    """The metadata of each instance have its class and its UIDs.

    Why: nothing else says which instance is described.
    Fix: write (0008,0016), (0008,0018), (0020,000D) and (0020,000E).
    """
    found = one.response.metadata
    for each in found.instances if found else ():
        missing = [tag for tag in (CLASS, INSTANCE, STUDY, SERIES) if not each.text(tag)]
        if isinstance(each.content, dict) and missing:
            yield each.defect(expected=" ".join(missing))


@rule("WADO-WJ11-URL", over=documents, verifies=("PS3.18-WJ11",), needs=("body", "request"))
def metadata_of_another_resource(one: Answer) -> Iterator[Defect]:
    """The metadata are those of the study, series or instance that was asked for.

    Why: they describe images of another exam.
    Fix: select by the UIDs of the URL.
    """
    found, request = one.response.metadata, one.response.request
    if found is None or request is None:
        return
    target = request.target
    wanted = ((STUDY, target.study), (SERIES, target.series), (INSTANCE, target.instance))
    for each in found.instances:
        for tag, uid in wanted:
            if uid and each.text(tag) and each.text(tag) != uid:
                yield each.defect(expected=uid, actual=each.text(tag), child=tag)


@rule("WADO-WJ12", over=attributes, verifies=("PS3.18-WJ12",), needs=("body",))
def character_set_not_utf8(one: JsonAttribute) -> Iterator[Defect]:
    """Specific Character Set, where metadata have it, is ISO_IR 192.

    Why: JSON is UTF-8: a client that goes by the attribute decodes it twice.
    Fix: write ISO_IR 192, or leave (0008,0005) out.
    """
    if one.tag == CHARSET and one.values and one.values != ["ISO_IR 192"]:
        yield one.defect(expected="ISO_IR 192", actual=one.values)
