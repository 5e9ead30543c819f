"""The options that commands which judge have in common."""

from __future__ import annotations

import argparse
from pathlib import Path

from drimcheck.language import default_language

DEFAULT_PROFILE = "drim-m-homologation"
FULL, MASKED, REPORT = CONTENTS = ("full", "masked", "report")
"""What a bundle may hold."""
FORMATS = ("html", "json", "junit", "sarif", "gitb", "csv", "markdown", "codeclimate")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every judging command takes."""
    parser.add_argument("--profile", default=DEFAULT_PROFILE, help="default: %(default)s")
    parser.add_argument("--lang", choices=("fr", "en"), default=default_language())
    parser.add_argument("--on", "--at", metavar="DATE", help="date of judgement, YYYY-MM-DD")
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder for the report files")
    parser.add_argument("--format", action="append", choices=(*FORMATS, "all"),
                        help="repeatable; default with --out: html, json, junit")  # fmt: skip
    parser.add_argument("--only", action="append", default=[], metavar="RULE",
                        help="judge by this rule or requirement alone; repeatable")  # fmt: skip
    parser.add_argument("--audit", action="store_true",
                        help="a locked profile, nothing left out, no failure excused")  # fmt: skip
    parser.add_argument(
        "--require-all",
        action="store_true",
        help="requirements that were not tested make the run inconclusive",
    )
    parser.add_argument(
        "--second-opinion",
        action="append",
        default=[],
        choices=("dciodvfy", "dicom-validator"),
        help="show what an independent tool says; never part of the verdict",
    )
    parser.add_argument(
        "--edition", metavar="DIR", type=Path, help="DICOM edition for dicom-validator"
    )
    parser.add_argument(
        "--official-kit",
        metavar="DIR",
        type=Path,
        help="show what the official content test kit says of reports; never part of the verdict",
    )
    _add_declared(parser)
    _add_bundle(parser)
    parser.set_defaults(arguments=[])


def add_trust_options(parser: argparse.ArgumentParser) -> None:
    """What the signature of an allow-list is judged by."""
    parser.add_argument(
        "--trust",
        metavar="DIR",
        type=Path,
        help="certificates to trust, in place of those of the profile",
    )
    parser.add_argument(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        type=Path,
        help="certificate revocation list; repeatable",
    )


def _add_declared(parser: argparse.ArgumentParser) -> None:
    """The options that name what people declare, and what is shown."""
    around = parser.add_argument_group("around the findings")
    around.add_argument("--product", type=Path, metavar="FILE",
                        help="what is under test: [product] of a TOML file")  # fmt: skip
    around.add_argument("--answers", type=Path, metavar="FILE",
                        help="what a person found, for what a machine cannot judge")  # fmt: skip
    around.add_argument("--derogations", type=Path, metavar="FILE",
                        help="deviations that are accepted; they change no verdict")  # fmt: skip
    around.add_argument("--requirement-map", type=Path, metavar="FILE.csv",
                        help="show the requirements by your own numbers")  # fmt: skip
    around.add_argument("--include-values", action="store_true",
                        help="show identities and credentials as they are")  # fmt: skip


def _add_bundle(parser: argparse.ArgumentParser) -> None:
    """The options that pack the evidence of a run."""
    packed = parser.add_argument_group("evidence bundle (with --out)")
    packed.add_argument("--bundle", type=Path, metavar="FILE.zip",
                        help="pack inputs, captures and reports, signed")  # fmt: skip
    packed.add_argument("--bundle-content", choices=CONTENTS, default=FULL,
                        help="all; reports and the hashes of the originals; reports")  # fmt: skip
    packed.add_argument("--sign-key", type=Path, metavar="PEM",
                        help="private key; one that is not there is made (Ed25519)")  # fmt: skip
    packed.add_argument("--sign-certificate", type=Path, metavar="PEM",
                        help="the certificate of the key")  # fmt: skip
    packed.add_argument("--real-data", action="store_true",
                        help="pack data of persons, with an INS of production")  # fmt: skip
