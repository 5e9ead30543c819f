"""A page for each requirement document, and their index."""

from __future__ import annotations

from collections.abc import Iterator

from drimcheck.docs.catalogue import counts, documents, rules_of
from drimcheck.docs.texts import words
from drimcheck.docs.writing import facts, link, page, plain, table
from reports.summary import say
from validators.catalogue import Document, Requirement


def document_pages(language: str) -> Iterator[tuple[str, str]]:
    """Path and text of the page of each document, and of the index."""
    yield "documents/index.md", _index(language)
    for name, source in documents().items():
        yield f"documents/{name}.md", _page(language, source)


def _index(language: str) -> str:
    every = words(language)
    word = every["word"]
    rows = []
    for name, source in documents().items():
        tested = sum(some for _, some, _ in counts(source))
        rows.append(
            (
                link(plain(getattr(source.title, language)), f"{name}.md"),
                plain(source.publisher),
                edition(language, source),
                every["text"][source.text],
                f"{tested} / {len(source.requirements)}",
            )
        )
    head = (word["document"], word["publisher"], word["edition"], word["text"], word["coverage"])
    return page(f"# {word['documents']}", word["coverage_text"], table(head, rows))


def _page(language: str, source: Document) -> str:
    every = words(language)
    word = every["word"]
    rows = [(every["level"][level], str(some), str(whole)) for level, some, whole in counts(source)]
    total = [sum(column) for column in zip(*((b, c) for _, b, c in counts(source)), strict=True)]
    rows.append((word["total"], *map(str, total)))
    return page(
        f"# {plain(getattr(source.title, language))}",
        facts(
            word["colon"],
            (
                (word["publisher"], plain(source.publisher)),
                (word["edition"], edition(language, source)),
                (word["text"], every["text"][source.text]),
            ),
        ),
        plain(getattr(source.note, language)),
        f"## {word['coverage']}",
        word["coverage_text"],
        table((word["level"], word["with_rule"], word["all"]), rows),
        f"## {word['documents']}",
        *(_requirement(language, one) for one in source.requirements),
    )


def _requirement(language: str, one: Requirement) -> str:
    every = words(language)
    word = every["word"]
    rules = ", ".join(link(rule, f"../rules/{rule}.md") for rule in rules_of().get(one.id, ()))
    heading = f"### {one.id} {{: #{one.id} }}"
    said = (
        (word["testable"], every["testable"][one.testable]),
        (word["not_tested"], plain(getattr(one.reason, language)) if one.reason else ""),
        (word["rules_of"], rules or word["none"]),
    )
    return page(
        heading,
        plain(getattr(one.statement, language)),
        f"{word['section']} {plain(one.section)}{word['semicolon']} {weight(language, one)}",
        facts(word["colon"], said),
    ).rstrip()


def weight(language: str, one: Requirement) -> str:
    """Level, basis and confidence of a requirement."""
    every = words(language)
    word = every["word"]
    said = (
        every["level"][one.level],
        f"{word['basis'].lower()}{word['colon']} {every['basis'][one.basis]}",
        f"{word['confidence'].lower()}{word['colon']} {every['confidence'][one.confidence]}",
    )
    return f"{word['semicolon']} ".join(said)


def edition(language: str, source: Document) -> str:
    """The edition of a document, in words of the language where it has words."""
    return plain(say(source.edition, language))
