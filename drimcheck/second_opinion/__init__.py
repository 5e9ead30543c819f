"""What independent tools say, shown beside our findings and never part of the verdict."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from drimcheck.second_opinion import dciodvfy, dicom_validator
from drimcheck.second_opinion.disagreements import known
from reports.visible import visible
from validators.model import RunReport

LABELS = {
    "fr": {
        "dciodvfy": "Selon dciodvfy (autre moteur, autres tables)",
        "dicom-validator": "Selon dicom-validator (autre moteur, mêmes tables)",
        "edition": "Selon dicom-validator (autre moteur, édition fournie)",
        "nothing": "rien à signaler",
        "known": "désaccord connu",
    },
    "en": {
        "dciodvfy": "According to dciodvfy (other engine, other tables)",
        "dicom-validator": "According to dicom-validator (other engine, same tables)",
        "edition": "According to dicom-validator (other engine, given edition)",
        "nothing": "nothing to report",
        "known": "known disagreement",
    },
}


def lines(tool: str, path: Path, profile: str, edition: Path | None) -> list[str]:
    """What a tool says of a file, line by line."""
    if tool == "dciodvfy":
        return dciodvfy.opinion(path, profile=profile)
    return dicom_validator.opinion(path, edition)


def show(options: argparse.Namespace, report: RunReport) -> None:
    """Print what each tool asked for says of each subject, known disagreements marked."""
    words = LABELS[options.lang]
    for tool in dict.fromkeys(options.second_opinion):
        label = "edition" if options.edition and tool == "dicom-validator" else tool
        print(f"\n{words[label]}:")
        for subject in report.subjects:
            said = Counter(lines(tool, Path(subject.name), options.profile, options.edition))
            print(f"  {visible(subject.name)}: {words['nothing'] if not said else ''}".rstrip())
            for line, count in said.items():
                times = f" (x{count})" if count > 1 else ""
                disagreement = known(tool, line)
                note = f"  [{words['known']}: {disagreement.id}]" if disagreement else ""
                print(f"    {visible(line)}{times}{note}")
