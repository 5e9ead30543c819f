"""INDEX.HTM and README.TXT: what a person sees first on the medium (ITI TF-2 3.32)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from validators.model import Defect, Node
from validators.reading import limits
from validators.reading.archive import ArchiveFile
from validators.reading.xml import XmlFile, forget_positions, read
from validators.xdm.subject import CONTENT, INDEX, README, Xdm, rule

XHTML = "http://www.w3.org/1999/xhtml"
_DOCTYPE = re.compile(rb"<!DOCTYPE\s[^\[<>]*>")
_NAMED = re.compile(r"\b[A-Z0-9_]{1,8}\.(?:DCM|XML|TXT|HTM|PDF)\b")


class Page(Node):
    """A page of the medium."""

    separator = "#"

    def __init__(self, xdm: Xdm, file: ArchiveFile) -> None:
        self.xdm = xdm
        self.file = file

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def place(self) -> int:
        return self.file.place

    @cached_property
    def raw(self) -> bytes:
        return self.xdm.archive.content(self.file)[: limits.MAX_PAGE_BYTES]

    @cached_property
    def xhtml(self) -> XmlFile:
        """The page as XML; a document type without declarations of its own acts on nothing."""
        return read(_DOCTYPE.sub(b"", self.raw, count=1))

    @property
    def links(self) -> list[str]:
        root = self.xhtml.root
        found = root.all(".//{*}a") if root else []
        return [one.get("href") for one in found if one.get("href")]


def index_pages(xdm: Xdm) -> list[Page]:
    found = xdm.root.file(INDEX)
    return [Page(xdm, found)] if found else []


def linked_pages(xdm: Xdm) -> list[Page]:
    """INDEX.HTM where it can be read as XML."""
    return [one for one in index_pages(xdm) if one.xhtml.root]


def readme_pages(xdm: Xdm) -> list[Page]:
    found = xdm.root.file(README)
    return [Page(xdm, found)] if found else []


@rule("XDM-INDEX-01", over=index_pages, verifies=("XDM-INDEX-01",))
def index_not_xhtml(page: Page) -> Iterator[Defect]:
    """INDEX.HTM is XHTML with a title and a text.

    Why: it is what a person who holds the medium opens first, in any browser.
    Fix: write html in the namespace of XHTML, with head, title and body.
    """
    root = page.xhtml.root
    if root is None:
        for one in page.xhtml.problems:
            yield Defect(page.path, one.expected, one.actual, None, one.line)
        if page.xhtml.limit:
            yield page.defect(expected=page.xhtml.limit)
        return
    if root.element.tag != f"{{{XHTML}}}html":
        yield page.defect(expected=f"{{{XHTML}}}html", actual=str(root.element.tag))
    for path in ("{*}head/{*}title", "{*}body"):
        if not root.value(path):
            step = path.replace("{*}", "")
            yield page.defect(expected=step, child=f"/html/{step}")
    forget_positions()


@rule("XDM-INDEX-02", over=linked_pages, verifies=("XDM-INDEX-02",))
def index_link_dead(page: Page) -> Iterator[Defect]:
    """INDEX.HTM links to README.TXT and to the content, and no link is dead.

    Why: who opens the medium has no other way to what is on it.
    Fix: link to README.TXT and to files in IHE_XDM by relative names.
    """
    links = [one.removeprefix("./") for one in page.links]
    if README not in links:
        yield page.defect(expected=README, child="a/@href")
    if not any(one.startswith(f"{CONTENT}/") for one in links):
        yield page.defect(expected=f"{CONTENT}/", child="a/@href")
    root = page.xdm.root.path
    there = {*page.xdm.archive.files, *page.xdm.folders}
    for one in links:
        local = one.partition("#")[0]
        if local and ":" not in local and not {root + local, f"{root}{local}/"} & there:
            yield page.defect(expected=f"{root}{local}", actual=one, child="a/@href")


@rule("XDM-README-01", over=readme_pages, verifies=("XDM-README-01",))
def readme_names_what_is_not_there(page: Page) -> Iterator[Defect]:
    """README.TXT says something, and names no file that is not there.

    Why: the reader looks for a file in vain, or believes that one was lost.
    Fix: list the files under the names that they have.
    """
    text = page.raw.decode("utf-8", "replace")
    if not text.strip():
        yield page.defect(expected=">= 1", actual=len(page.raw))
    there = {one.base for one in page.xdm.archive.files.values()}
    for name in dict.fromkeys(_NAMED.findall(text)):
        if name not in there:
            yield page.defect(expected=name, actual=None)
