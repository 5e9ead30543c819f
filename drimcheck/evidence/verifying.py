"""What became of a bundle since it was signed, entry by entry; and its inputs judged again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from drimcheck.evidence.comparing import JUDGED
from drimcheck.evidence.packing import CAPTURES, MANIFEST, REPORTS, SCHEMA, SIGNATURE
from drimcheck.evidence.runs import OF_FILES, NotARun, findings, harmless, made_by, outcomes
from drimcheck.evidence.signing import Signature, check
from reports.run_json import SCHEMA as RUN_SCHEMA

MAX_MANIFEST = 1 << 26
WINDOW = 1 << 20
NETWORK = ("run", "simulate", "wado")
"""Commands whose inputs are captures: they are judged again by ``drimcheck judge``."""
STDIN = "-"
MAX_EXTRACTED = 1 << 33
"""Bytes of a bundle that are extracted."""


class NotABundle(Exception):
    """The file is no bundle; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What differs from the manifest, and what the signature over the manifest is worth."""

    manifest: Mapping[str, Any]
    altered: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    signature: Signature

    @property
    def whole(self) -> bool:
        """Whether every entry is as it was signed."""
        return self.signature.valid and not (self.altered or self.added or self.removed)


def verify(path: Path, trust: list[bytes]) -> Verification:
    """Compare every entry of a bundle with its manifest. Raises OSError, NotABundle."""
    try:
        with zipfile.ZipFile(path) as archive:
            raw = _read(archive, MANIFEST)
            manifest = _manifest(path, raw)
            signature = _read(archive, SIGNATURE)
            return _compared(archive, manifest, check(raw, signature, trust))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
        raise NotABundle(f"{path}: no readable zip: {problem}") from None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(MAX_MANIFEST)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError):
        return b""


def _manifest(path: Path, raw: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(raw)
        if found["schema"] != SCHEMA:
            raise NotABundle(f"{path}: {MANIFEST} is not of schema {SCHEMA}")
        well = all(
            isinstance(value, kind)
            for values, kind in (
                ([found["content"], found["profile"], found["on"]], str),
                ([found["entries"], found["arguments"], found.get("given", [])], list),
                (found["arguments"], str),
                ([one[key] for one in found["entries"] for key in ("path", "sha256")], str),
                ([one["size"] for one in found["entries"]], int),
                ([one[key] for one in found.get("given", []) for key in ("argument", "at")], str),
            )
            for value in values
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        well = False
    if not well:
        raise NotABundle(f"{path}: holds no readable {MANIFEST}")
    return dict(found)


def _compared(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], signature: Signature
) -> Verification:
    signed = {one["path"]: one for one in manifest["entries"]}
    count = Counter(one.filename for one in archive.infolist())
    there = [name for name in count if name not in (MANIFEST, SIGNATURE)]
    twice = {name for name, times in count.items() if times > 1}
    altered = [
        name for name, one in signed.items()
        if name in count and (name in twice or not _same(archive, one))
    ]  # fmt: skip
    return Verification(
        manifest=manifest,
        altered=tuple(sorted({*altered, *(twice & {MANIFEST, SIGNATURE})})),
        added=tuple(sorted(name for name in there if name not in signed)),
        removed=tuple(sorted(name for name in signed if name not in count)),
        signature=signature,
    )


def _same(archive: zipfile.ZipFile, one: Mapping[str, Any]) -> bool:
    """Whether an entry is what was signed; of one that grew no more is read than was signed."""
    digest, left = hashlib.sha256(), int(one["size"]) + 1
    try:
        with archive.open(one["path"]) as stream:
            while left > 0 and (block := stream.read(min(WINDOW, left))):
                digest.update(block)
                left -= len(block)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return False
    return left == 1 and digest.hexdigest() == one["sha256"]


@dataclass(frozen=True, slots=True)
class Rejudged:
    """The results of a bundle judged again: how many are the same, and each that is not.

    ``left`` counts those that only the run could come to, and captures do not show.
    """

    same: int
    left: int
    differing: tuple[tuple[str, str, str, str], ...]
    """Subject, rule, what it came to then and now; "" where there is none."""
    rule_sets: tuple[str, str]


def rejudge(path: Path, found: Verification) -> Rejudged:
    """Judge the inputs of a bundle by the rules of today. Raises NotABundle, NotARun, OSError."""
    if not found.whole:
        raise NotABundle(f"{path}: is not as it was signed; nothing of it is judged")
    if found.manifest["content"] != "full":
        raise NotABundle(f"{path}: holds no inputs: its content is {found.manifest['content']}")
    if not found.manifest.get("arguments"):
        raise NotABundle(f"{path}: does not say what its run was asked")
    with TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        root = Path(folder).resolve()
        if sum(one["size"] for one in found.manifest["entries"]) > MAX_EXTRACTED:
            raise NotABundle(f"{path}: is longer than {MAX_EXTRACTED} bytes")
        for one in found.manifest["entries"]:
            _extract(archive, one["path"], root)
        before = json.loads((root / REPORTS / "run.json").read_text(encoding="utf-8"))
        if before.get("schema") != RUN_SCHEMA:
            raise NotARun(f"{path}: its run.json is not of schema {RUN_SCHEMA}")
        after, names = _again(found.manifest, root)
    then, now = outcomes(before), _renamed(outcomes(after), names)
    keys = list(dict.fromkeys([*then, *now]))
    left = 0
    if found.manifest["arguments"][0] in NETWORK:
        shown = [key for key in keys if then.get(key) in JUDGED and now.get(key) in JUDGED]
        left = sum(one in JUDGED for one in then.values()) - len(shown)
        keys = shown
    differing = tuple((name, rule, then.get((name, rule), ""), now.get((name, rule), ""))
                      for name, rule in keys
                      if then.get((name, rule)) != now.get((name, rule)))  # fmt: skip
    differing += tuple(_other_findings(before, after, names, keys))
    if found.manifest["arguments"][0] not in NETWORK:
        differing += tuple(_other_conclusions(before, after))
    sets = before["suite"]["rule_set"], after["suite"]["rule_set"]
    return Rejudged(len(keys) - len(differing), left, differing, sets)


def _other_findings(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: Mapping[str, str],
    keys: Sequence[tuple[str, str]],
) -> Iterator[tuple[str, str, str, str]]:
    """The findings of which place or values are others now; each as subject, rule, then, now."""
    wanted = set(keys)
    sides: list[Counter[tuple[str, str, str]]] = []
    for run, renamed in ((before, {}), (after, names)):
        side: Counter[tuple[str, str, str]] = Counter()
        for one in findings(run):
            key = _name(one.subject, renamed), one.rule
            if key in wanted:
                side[*key, f"{one.path}: {one.expected} / {one.actual}"] += 1
        sides.append(side)
    then, now = sides
    yield from ((name, rule, said, "") for name, rule, said in then - now)
    yield from ((name, rule, "", said) for name, rule, said in now - then)


def _other_conclusions(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    """The verdict and the requirements, where they come to something else now."""
    then, now = ({**{one["id"]: one["outcome"] for one in run["requirements"]},
                  "verdict": run["verdict"]["name"]} for run in (before, after))  # fmt: skip
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            yield "", name, then.get(name, ""), now.get(name, "")


def _extract(archive: zipfile.ZipFile, name: str, root: Path) -> None:
    """Write an entry below the folder. Raises NotABundle for a name that leads elsewhere."""
    target = (root / PurePosixPath(name)).resolve()
    if not target.is_relative_to(root):
        raise NotABundle(f"{name!r} leads out of the bundle")
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, open(target, "wb") as goal:
        while block := source.read(WINDOW):
            goal.write(block)


def _again(manifest: Mapping[str, Any], root: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The run made anew over what was extracted, and by what its subjects were called then."""
    given = {one["argument"]: one["at"] for one in manifest["given"]}
    if manifest["arguments"][0] in NETWORK:
        folder = root / CAPTURES
        folder.mkdir(exist_ok=True)
        (folder / "run.json").write_bytes((root / REPORTS / "run.json").read_bytes())
        profile = ["--profile", manifest["profile"], "--at", manifest["on"]]
        return made_by(["judge", CAPTURES, *profile], root), {}
    arguments = [_moved(one, given) for one in harmless(manifest["arguments"])]
    _refuse(arguments, root)
    return made_by(arguments, root), {at: argument for argument, at in given.items()}


def _refuse(arguments: Sequence[str], root: Path) -> None:
    """Raises NotABundle for a command that does more than judge what the bundle holds."""
    if arguments[0] not in OF_FILES:
        raise NotABundle(f"{arguments[0]!r} is no command that is judged again")
    for one in arguments[1:]:
        if one == STDIN or "\0" in one:
            raise NotABundle(f"{one!r} is no file of the bundle")
        for path in (one, one.partition("=")[2]):
            if path and not (root / path).resolve().is_relative_to(root):
                raise NotABundle(f"{path!r} is no file of the bundle")


def _moved(argument: str, given: Mapping[str, str]) -> str:
    """An argument that names an input, as it names it among what was extracted."""
    name, equals, value = argument.partition("=")
    if equals and value in given:
        return f"{name}={given[value]}"
    return given.get(argument, argument)


def _renamed(
    found: Mapping[tuple[str, str], str], names: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    return {(_name(subject, names), rule): one for (subject, rule), one in found.items()}


def _name(subject: str, names: Mapping[str, str]) -> str:
    for at, argument in names.items():
        subject = subject.replace(at, Path(argument).as_posix())
    return subject


def lines_of(found: Verification, words: Mapping[str, Any]) -> Iterator[str]:
    """What a verification says, a line each; integrity first, then the signer, then trust."""
    yield words["whole"] if found.whole else words["not_whole"]
    for what in ("altered", "added", "removed"):
        for name in getattr(found, what):
            yield f"  {words[what]}: {name}"
    one = found.signature
    yield words["valid"] if one.valid else f"{words['invalid']} {one.problem}".rstrip()
    if one.fingerprint:
        yield words["signer"].format(who=one.who, fingerprint=one.fingerprint)
    if one.fresh:
        yield words["fresh"]
    if one.valid:
        yield words[{True: "trusted", False: "not_trusted", None: "not_asked"}[one.trusted]]
