"""INDEX.HTM and README.TXT: what a person sees first on the medium (ITI TF-2 3.32)."""

from __future__ import annotations

from html import escape

from testdata.exam import Exam


def index(exam: Exam, names: list[str]) -> bytes:
    """An XHTML page: who sends, and links to what is there."""
    links = "\n".join(f'<li><a href="{one}">{one}</a></li>' for one in names if one != "INDEX.HTM")
    sender = escape(f"{exam.structure.name} ({exam.structure.identifier})")
    page = f"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr" lang="fr">
<head><title>IHE_XDM</title></head>
<body>
<p>Émetteur : {sender}</p>
<ul>
{links}
</ul>
</body>
</html>
"""
    return page.encode()


def readme(exam: Exam, names: list[str]) -> bytes:
    """Who sends, with which application, and what is there."""
    listed = "\r\n".join(f"    {one}" for one in names)
    text = (
        "Emetteur :\r\n"
        f"    . Organisme : {exam.structure.name} ({exam.structure.identifier})\r\n"
        "Application de l'emetteur :\r\n"
        "    . Nom : DRIMCHECK\r\n"
        "    . Version : 1\r\n"
        "Arborescence :\r\n"
        f"{listed}\r\n"
    )
    return text.encode()
