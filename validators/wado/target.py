"""The target of a WADO-RS request: the resource that it names (PS3.18 10.4.1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

BULK = ("bulkdata", "pixeldata")
MODIFIERS = ("metadata", "rendered", "thumbnail", *BULK, "renderedmpr", "rendered3d")
_SERIES = r"/studies/(?P<study>[^/]*)(?:/series/(?P<series>[^/]*)"
_INSTANCE = rf"{_SERIES}(?:/instances/(?P<instance>[^/]*)"
_RESOURCE = re.compile(
    rf"(?P<base>.*?){_INSTANCE}(?:/frames/(?P<frames>[^/]*))?)?)?"
    rf"(?:/(?P<modifier>{'|'.join(MODIFIERS)})(?P<rest>(?<=bulkdata)/.+)?)?"
)
_FRAMED = ("rendered", "thumbnail")


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a request target; ``known`` says whether its path is one of the templates.

    ``level`` is study, series, instance or frames; ``modifier`` what is asked of it instead of
    the instances themselves: metadata, rendered, thumbnail, bulkdata, pixeldata.
    """

    text: str
    url: SplitResult | None
    known: bool = False
    base: str = ""
    study: str = ""
    series: str = ""
    instance: str = ""
    frames: str = ""
    modifier: str = ""
    level: str = ""

    @property
    def path(self) -> str:
        return self.url.path if self.url else ""

    @property
    def query(self) -> str:
        return self.url.query if self.url else ""

    @property
    def uids(self) -> dict[str, str]:
        """The UIDs of the path by level."""
        found = {"studies": self.study, "series": self.series, "instances": self.instance}
        return {name: uid for name, uid in found.items() if uid}

    @property
    def several(self) -> bool:
        """Whether the resource may hold several instances."""
        return self.level in ("study", "series")


def target(text: str) -> Target:
    """Take a target apart, absolute or not. Never raises for its content."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return Target(text, None)
    found = _RESOURCE.fullmatch(re.sub("/+", "/", url.path).rstrip("/"))
    if found is None:
        return Target(text, url)
    parts = {name: value or "" for name, value in found.groupdict().items()}
    level = next(
        name
        for name, part in (
            ("frames", found["frames"]),
            ("instance", found["instance"]),
            ("series", found["series"]),
            ("study", found["study"]),
        )
        if part is not None
    )
    known = level != "frames" or parts["modifier"] in ("", *_FRAMED)
    return Target(
        text=text,
        url=url,
        known=known and "/studies/" not in f"{parts['base']}/",
        base=text.partition("/studies/")[0],
        study=parts["study"],
        series=parts["series"],
        instance=parts["instance"],
        frames=parts["frames"],
        modifier=parts["modifier"],
        level=level,
    )
