"""Why something did not come about, said in both languages."""

from __future__ import annotations

from validators.model import Text


class Told(Exception):
    """What a report says of it; ``fr`` is left out where the words are those of another tool."""

    def __init__(self, en: str, fr: str = "") -> None:
        super().__init__(en)
        self.text = Text(en, fr or en)
