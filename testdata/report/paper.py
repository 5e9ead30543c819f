"""The report on paper: a PDF of a page or two, the link to the images of each study in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from testdata.exam import Exam
from testdata.report.wording import LINK_LABEL, NOTICE, day, hour, technique, wording

PLAIN, BOLD = "Vera", "VeraBd"
"""Fonts that come with reportlab, embedded so that accents show everywhere."""


@cache
def _styles() -> dict[str, ParagraphStyle]:
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    body = ParagraphStyle("body", fontName=PLAIN, fontSize=9.5, leading=14)
    return {
        "body": body,
        "title": ParagraphStyle("title", body, fontName=BOLD, fontSize=15, leading=20),
        "heading": ParagraphStyle("heading", body, fontName=BOLD, spaceBefore=8, spaceAfter=2),
        "small": ParagraphStyle("small", body, fontSize=7.5, leading=10, textColor="#555555"),
    }


def pdf(exam: Exam) -> bytes:
    """The report as a PDF; the same bytes for the same exam."""
    stream = BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        title=exam.report.title,
        author=f"{exam.author.given} {exam.author.family}",
        subject=exam.report.oid,
        lang="fr-FR",
        invariant=1,
    )
    document.build(list(_story(exam)), onFirstPage=_footer, onLaterPages=_footer)
    return stream.getvalue()


def _footer(canvas: Any, document: Any) -> None:
    canvas.setFont(PLAIN, 7)
    canvas.drawString(22 * mm, 12 * mm, NOTICE)
    canvas.drawRightString(188 * mm, 12 * mm, str(document.page))


def _story(exam: Exam) -> Iterator[Flowable]:
    text = wording(exam)
    yield _paragraph("title", exam.report.title)
    yield from _head(exam)
    yield from _section("Indication", text.reason)
    yield from _section("Technique", *map(technique, exam.studies))
    yield from _section("Résultats", *text.findings)
    yield from _section("Conclusion", text.conclusion)
    yield _paragraph("heading", LINK_LABEL)
    for study in exam.studies:
        url = escape(exam.viewer_url(study))
        link = f'<link href="{url}" color="blue"><u>{LINK_LABEL}</u></link>'
        yield Paragraph(f"{escape(study.description)} : {link}", _styles()["body"])
    yield Spacer(0, 8 * mm)
    written = exam.report.written
    signed = f"Validé le {day(written)} à {hour(written)} par le Dr {exam.author.given}"
    yield _paragraph("body", f"{signed} {exam.author.family}")


def _head(exam: Exam) -> Iterator[Flowable]:
    portrait = exam.patient.portrait
    born = "née" if portrait.sex == "F" else "né"
    used = f" (nom utilisé : {portrait.used_name})" if portrait.used_name else ""
    yield _paragraph("body", exam.structure.name)
    yield _paragraph(
        "body",
        f"Patient : {portrait.birth_name} {exam.patient.first_given_name}{used}, "
        f"{born} le {day(portrait.birth_date)}, INS {exam.patient.ins}",
    )
    for study in exam.studies:
        numbers = ", ".join(order.accession for order in study.orders)
        yield _paragraph(
            "body", f"Examen du {day(study.started)} : {study.description} (n° {numbers})"
        )


def _section(heading: str, *paragraphs: str) -> Iterator[Flowable]:
    yield _paragraph("heading", heading)
    for one in paragraphs:
        yield _paragraph("body", one)


def _paragraph(style: str, text: str) -> Paragraph:
    return Paragraph(escape(text), _styles()[style])
