"""Whether a viewer shows images: a picture of its screen, judged by its pixels."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader")
SECONDS = 30.0
SETTLE = 1.0
LIT, SHARE, KINDS = 40, 0.02, 16
"""A screen shows images where so large a share of its pixels is brighter than so much, and there
are so many levels of grey."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture of the screen, and whether it shows images."""

    picture: bytes
    shown: bool


def browser() -> str:
    """The program that can be looked through; "" where there is none."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), "")
    return found if found and find_spec("playwright") else ""


def look(url: str, selector: str, cookies: Mapping[str, Mapping[str, str]], out: Path) -> Seen:
    """Open a page with the cookies of a user, wait for a part of it, and look.

    ``selector`` names what appears once images are shown: where it does not, none are. The
    picture goes into ``out``.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as driver:
        program = driver.chromium.launch(executable_path=browser(), args=list(FLAGS))
        context = program.new_context(viewport={"width": 1200, "height": 800})
        context.add_cookies([
            {"name": name, "value": value, "domain": host, "path": "/"}
            for host, jar in cookies.items() for name, value in jar.items()
        ])  # fmt: skip
        page = context.new_page()
        try:
            page.goto(url, timeout=SECONDS * 1000)
            page.wait_for_selector(selector, timeout=SECONDS * 1000)
            page.wait_for_timeout(SETTLE * 1000)
            picture = page.locator("#panes").screenshot()
            shown = lit(picture)
        except Error:
            picture, shown = page.screenshot(), False
        finally:
            program.close()
    out.write_bytes(picture)
    return Seen(picture, shown)


def lit(picture: bytes) -> bool:
    """Whether a picture shows more than a black screen."""
    from PIL import Image

    levels = Image.open(BytesIO(picture)).convert("L").histogram()
    bright = sum(levels[LIT:]) / sum(levels)
    return bright > SHARE and sum(count > 0 for count in levels) > KINDS
