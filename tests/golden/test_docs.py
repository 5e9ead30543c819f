"""The documentation: complete in both languages, no link astray, nothing from elsewhere."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from drimcheck.cli import parser
from drimcheck.docs import site
from drimcheck.docs.catalogue import documents, proofs
from drimcheck.docs.limit_pages import constants
from drimcheck.docs.rule_pages import COMMANDS
from drimcheck.docs.texts import LANGUAGES, words
from drimcheck.docs.writing import spaced_page
from reports.writing import FILES
from validators.kinds import JUDGED, register
from validators.rules import RULES

register()
GUIDES = [
    (language, path.name, path.read_text(encoding="utf-8"))
    for language in LANGUAGES
    for path in sorted((site.WRITTEN / language).glob("*.md"))
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, html.HtmlElement]:
    folder = site.build(tmp_path_factory.mktemp("docs"))
    found = {
        path.relative_to(folder).as_posix(): html.fromstring(path.read_bytes())
        for path in folder.rglob("*.html")
    }
    styles = [path.read_text() for path in folder.rglob("*.css")]
    assert styles
    assert not [style for style in styles if "url(" in style or "@import" in style]
    assert not list(folder.rglob("*.js"))
    return found


def test_every_link_and_anchor_resolves(built: dict[str, html.HtmlElement]) -> None:
    anchors = {path: set(page.xpath("//@id")) for path, page in built.items()}
    astray = defaultdict(list)
    for path, page in built.items():
        for link in page.xpath("//a/@href"):
            target, _, anchor = link.partition("#")
            where = _resolved(path, target)
            if where not in built or (anchor and anchor not in anchors[where]):
                astray[path].append(link)
    assert not astray


def _resolved(path: str, target: str) -> str:
    if not target:
        return path
    base = Path("/") / Path(path).parent / target
    parts: list[str] = []
    for part in base.parts[1:]:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def test_both_languages_have_the_same_pages(built: dict[str, html.HtmlElement]) -> None:
    by_language = {
        language: {path[3:] for path in built if path.startswith(f"{language}/")}
        for language in LANGUAGES
    }
    assert by_language["fr"] == by_language["en"]
    assert len(built) == 2 * len(by_language["fr"]) + 1
    for path, page in built.items():
        if path != "index.html":
            other = {"fr": "en", "en": "fr"}[path[:2]]
            assert page.get("lang") == path[:2]
            switch = page.xpath("//a[@hreflang]/@href")
            assert [_resolved(path, one) for one in switch] == [other + path[2:]]


def test_every_rule_and_every_document_has_its_page(built: dict[str, html.HtmlElement]) -> None:
    for language in LANGUAGES:
        assert {f"{language}/rules/{rule}.html" for rule in RULES} <= built.keys()
        assert {f"{language}/documents/{name}.html" for name in documents()} <= built.keys()
        listed = {
            link.removesuffix(".html")
            for kind in JUDGED
            for link in built[f"{language}/rules/of-{kind}.html"].xpath("//main//a/@href")
        }
        assert listed == RULES.keys()
    for name, source in documents().items():
        ids = set(built[f"fr/documents/{name}.html"].xpath("//@id"))
        assert {one.id for one in source.requirements} <= ids


def test_nothing_comes_from_elsewhere(built: dict[str, html.HtmlElement]) -> None:
    for path, page in built.items():
        assert not page.xpath("//script | //iframe | //object | //embed | //style"), path
        for picture in page.xpath("//img"):
            assert picture.get("src").startswith("../pictures/report-"), path
            assert (site.WRITTEN / "pictures" / Path(picture.get("src")).name).is_file(), path
            assert picture.get("alt"), path
        assert all(":" not in link for link in page.xpath("//link/@href")), path


def test_pages_by_hand_are_the_guides_alone() -> None:
    names = {"index.md", "vendor.md", "pipeline.md", "auditor.md", "disagreements.md", "limits.md"}
    assert {path.relative_to(site.WRITTEN).as_posix() for path in site.WRITTEN.rglob("*.md")} == {
        "index.md",
        *(f"{language}/{name}" for language in LANGUAGES for name in names),
    }


def _commands(text: str) -> Iterator[str]:
    """The command lines of a page: those of its blocks, those in a line."""
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield from (line for line in block.splitlines() if line.startswith("drimcheck "))
    yield from re.findall(r"`(drimcheck [a-z-][^`]*)`", text)


@pytest.mark.parametrize("line", sorted({one for _, _, text in GUIDES for one in _commands(text)}))
def test_a_command_of_the_guide_is_understood(line: str) -> None:
    arguments = shlex.split(line)[1:]
    if arguments == ["--version"]:
        with pytest.raises(SystemExit, match="0"):
            parser().parse_args(arguments)
    elif len(arguments) > 1:
        assert parser().parse_args(arguments).run
    else:
        assert f"drimcheck {arguments[0]} " in _help()


@pytest.mark.parametrize("kind", JUDGED)
def test_the_command_of_a_rule_is_understood(kind: str) -> None:
    assert parser().parse_args([*shlex.split(COMMANDS[kind]), "--only", "ID"]).only == ["ID"]


def test_both_languages_show_the_same_commands() -> None:
    shown: dict[str, dict[str, list[str]]] = {language: {} for language in LANGUAGES}
    for language, name, text in GUIDES:
        lines = (re.sub(r" --lang (fr|en)", "", line) for line in _commands(text))
        shown[language][name] = sorted(lines)
    assert shown["fr"] == shown["en"]


def test_the_options_named_in_a_guide_exist() -> None:
    known = set(re.findall(r"--[a-z-]+", _help()))
    for language, name, text in GUIDES:
        spoken = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        unknown = set(re.findall(r"(?<=`)--[a-z-]+", spoken)) - known
        assert not unknown, f"{language}/{name}"


def _help() -> str:
    commands = next(one for one in parser()._actions if hasattr(one, "choices") and one.choices)
    assert isinstance(commands.choices, dict)
    return "".join(one.format_help() for one in commands.choices.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pipeline_page_has_every_form_and_its_files(language: str) -> None:
    text = (site.WRITTEN / language / "pipeline.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+)` \| ((?:`[a-z.]+`(?:, )?)+) \|", text, re.MULTILINE)
    said = {name: set(re.findall("`(.+?)`", files)) for name, files in rows}
    assert said == {name: set(files) for name, files in FILES.items()}


def test_french_has_what_the_catalogue_has_in_english() -> None:
    fr, en = words("fr"), words("en")
    for table in en:
        assert fr[table].keys() == en[table].keys(), table
    assert fr["limit"].keys() == constants().keys()
    reasons = {why for ones in proofs().values() for one in ones for why in one.also.values()}
    assert fr["reason"].keys() == reasons


@pytest.mark.parametrize("name", [name for language, name, _ in GUIDES if language == "fr"])
def test_french_typography(name: str) -> None:
    text = (site.WRITTEN / "fr" / name).read_text(encoding="utf-8")
    assert text == spaced_page(text)
