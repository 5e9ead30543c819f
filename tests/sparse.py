"""A large study that takes little disk: the heads of its images are real, their pixels a hole."""

from __future__ import annotations

from pathlib import Path

from testdata.exams import exam
from testdata.images import instance
from testdata.kos import drim_m_kos, write

ALPHA = exam("alpha")
PIXEL_DATA = b"\xe0\x7f\x10\x00"


def sparse_study(folder: Path, *, series: int = 2, each: int = 2_500) -> tuple[Path, Path]:
    """The KOS of a study, and the folder of its images of 512 x 512 pixels of 16 bits."""
    kos = drim_m_kos(series=series, instances_per_series=each)
    (folder / "kos.dcm").write_bytes(write(kos))
    images = folder / "images"
    images.mkdir()
    listed = kos.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    for plan, referenced in zip(ALPHA.study.series, listed, strict=True):
        raw = write(instance(ALPHA, ALPHA.study, plan, 1, size=512))
        head = raw[: raw.rindex(PIXEL_DATA) + 12]
        first = plan.instances[0]
        for number, one in enumerate(referenced.ReferencedSOPSequence, start=1):
            uid = str(one.ReferencedSOPInstanceUID).ljust(len(first), "\0")
            changed = head.replace(first.encode().ljust(len(uid), b"\0"), uid.encode())
            with open(images / f"{referenced.SeriesNumber}-{number:05d}.dcm", "wb") as stream:
                stream.write(changed)
                stream.truncate(len(raw))
    return folder / "kos.dcm", images
