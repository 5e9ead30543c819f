"""The reader agrees with pydicom on every good file, and survives every other."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence

from testdata.kos import drim_m_kos, write
from testdata.mutants import base, bases
from tests.conftest import results
from validators.model import Outcome
from validators.reading.dicom import Item, read

BASES = [name for name, one in bases().items() if one.kind == "kos"]

TEXT_KEYWORDS = ("PatientName", "StudyDescription", "InstitutionName", "TextValue", "StudyID")


def agree(item: Item, dataset: Dataset) -> None:
    """The same tags, in the same nesting, with the same bytes."""
    tags = list(dataset.keys())
    assert sorted(item.elements) == sorted(int(tag) for tag in tags)
    for tag in tags:
        mine, theirs = item.elements[int(tag)], dataset.get_item(tag)
        if mine.items is not None:
            sequence = dataset[tag].value
            assert len(mine.items) == len(sequence)
            for one, other in zip(mine.items, sequence, strict=True):
                agree(one, other)
        elif isinstance(theirs.value, bytes):  # type: ignore[union-attr]
            assert mine.raw == theirs.value  # type: ignore[union-attr]


def check(raw: bytes) -> None:
    file = read(raw)
    assert not file.broken
    assert not file.limit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agree(file.dataset, dcmread(BytesIO(raw)))


def test_the_tree_is_that_of_pydicom_on_real_files(samples: Path) -> None:
    found = sorted((samples / "kos").glob("*.dcm")) + sorted(samples.rglob("*.DCM"))
    assert found
    for path in found:
        check(path.read_bytes())


@pytest.mark.parametrize("name", BASES)
def test_the_tree_is_that_of_pydicom_on_generated_files(name: str) -> None:
    check(base(name))


leaf = st.text(st.characters(codec="latin-1", exclude_characters="\\\0"), max_size=40)


@st.composite
def datasets(draw: st.DrawFn, depth: int = 3) -> Dataset:
    dataset = Dataset()
    for keyword in draw(st.sets(st.sampled_from(TEXT_KEYWORDS))):
        setattr(dataset, keyword, draw(leaf).strip())
    if depth and draw(st.booleans()):
        items = draw(st.lists(datasets(depth=depth - 1), max_size=3))
        dataset.ContentSequence = Sequence(items)
        dataset["ContentSequence"].is_undefined_length = draw(st.booleans())
        for item in items:
            item.is_undefined_length_sequence_item = draw(st.booleans())
    return dataset


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=datasets(), explicit=st.booleans())
def test_the_tree_is_that_of_pydicom_on_any_tree(content: Dataset, explicit: bool) -> None:
    document = drim_m_kos(series=1, instances_per_series=1, explicit=explicit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document.update(content)
        check(write(document))


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_read_without_raising(raw: bytes) -> None:
    read(raw)
    read(bytes(128) + b"DICM" + raw)


def test_a_number_longer_than_numbers_are_is_a_problem() -> None:
    """The group length of the meta information (PS3.10 7.1) over thousands of bytes."""
    value = b"\xff" * 5000
    meta = b"\x02\x00\x00\x00UL" + len(value).to_bytes(2, "little") + value
    (problem,) = [one for one in read(bytes(128) + b"DICM" + meta).problems
                  if one.kind == "meta-length"]  # fmt: skip
    assert problem.actual == "5000 bytes"


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_change_of_a_kos_is_judged_without_an_error_of_ours(data: st.DataObject) -> None:
    raw = bytearray(base("drim-m-implicit"))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] = data.draw(st.integers(0, 255))
    found = results(bytes(raw), "drim-m-lab")
    assert not [one for one in found.values() if one.outcome is Outcome.ERROR]
