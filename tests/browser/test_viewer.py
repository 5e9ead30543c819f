"""The viewer in a real browser: what it shows, by its pixels, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from reference_drimbox import viewer
from simulators.serving import Serving
from testdata.exams import exam
from tests.browser.viewing import Images, application
from tests.conftest import unavailable

AXE = Path(viewer.__file__).parent / "node_modules/axe-core/axe.min.js"
DONE = '.pane[data-state="done"]:not([data-shown="0"])'
FLAGS = ["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"]
WAIT = 60_000
SETTLE = 500
ALPHA, XA = exam("alpha"), exam("xa")


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], str]) -> Iterator[object]:
    program = tool("chromium")
    if not viewer.built():
        unavailable("the viewer is not built (make viewer)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


@contextmanager
def opened(browser: object, images: Images, *, csp: bool = True, query: str = "") -> Iterator[Page]:
    """The page of the studies; it complains of nothing and asks no other host for anything."""
    with Serving(lambda _base: application(images)) as serving:
        context = browser.new_context(  # type: ignore[attr-defined]
            viewport={"width": 1200, "height": 800}, has_touch=True, bypass_csp=not csp
        )
        page: Page = context.new_page()
        said: list[str] = []
        hosts: set[str] = set()
        page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: said.append(str(one)))
        page.on("request", lambda one: hosts.add(urlsplit(one.url).netloc))
        studies = "&".join(f"study={uid}" for uid in images.studies)
        page.goto(f"{serving.base}/viewer/?{studies}{query}")
        yield page
        context.close()
        assert said == []
        assert hosts - {""} == {serving.base.removeprefix("http://")}


def pixels(page: Page, pane: str = "#panes .pane:first-child .canvas") -> np.ndarray:
    page.wait_for_timeout(SETTLE)
    raw = page.locator(pane).screenshot()
    return np.asarray(Image.open(BytesIO(raw)).convert("L"), float)


def shown(page: Page) -> str:
    return page.locator(".pane.active .overlay").inner_text()


@pytest.fixture
def page(browser: object) -> Iterator[Page]:
    with opened(browser, Images([ALPHA])) as found:
        found.wait_for_selector(DONE, timeout=WAIT)
        yield found


def test_it_shows_the_first_series_and_says_what_it_is_not_for(page: Page) -> None:
    assert page.locator("#warning").inner_text() == "Visionneuse non destinée au diagnostic"
    assert "DRIM-ALPHA" in page.locator("#patient").inner_text()
    assert page.locator("#series button").count() == 2
    assert shown(page).startswith("Serie X1 · Image 1/10")
    assert (pixels(page) > 60).mean() > 0.1


def test_the_keyboard_does_it_all(page: Page) -> None:
    first = pixels(page)
    page.keyboard.press("ArrowDown")
    second = pixels(page)
    assert "Image 2/10" in shown(page)
    assert np.abs(second - first).mean() > 0.5
    page.keyboard.press("End")
    assert "Image 10/10" in shown(page)
    page.keyboard.press("Home")
    page.keyboard.press("3")
    assert "C 400 L 1800" in shown(page)
    bone = pixels(page)
    assert np.abs(bone - first).mean() > 5
    page.keyboard.press("i")
    assert pixels(page).mean() > bone.mean() + 50
    page.keyboard.press("Escape")
    assert np.abs(pixels(page) - first).mean() < 1
    for key in ("+", "Shift+ArrowRight", "r"):
        before = pixels(page)
        page.keyboard.press(key)
        assert np.abs(pixels(page) - before).mean() > 0.5, key
    page.keyboard.press("Escape")
    assert np.abs(pixels(page) - first).mean() < 1
    page.keyboard.press("ArrowRight")
    page.wait_for_selector('[aria-pressed="true"] >> text=MR 2', timeout=WAIT)
    page.wait_for_selector(DONE, timeout=WAIT)
    assert shown(page).startswith("Serie X2")


def test_the_mouse_does_it_all(page: Page) -> None:
    box = page.locator(".pane .canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for button in ("left", "middle", "right"):
        before = pixels(page)
        page.mouse.move(x, y)
        page.mouse.down(button=button)  # type: ignore[arg-type]
        page.mouse.move(x + 60, y + 90, steps=6)
        page.mouse.up(button=button)  # type: ignore[arg-type]
        assert np.abs(pixels(page) - before).mean() > 0.5, button
    page.mouse.wheel(0, 120)
    page.wait_for_selector(".overlay >> text=Image 2/10", timeout=WAIT)


def test_a_stack_plays(page: Page) -> None:
    page.get_by_role("button", name="Lecture").click()
    page.wait_for_selector(".overlay >> text=Image 5/10", timeout=WAIT)
    page.keyboard.press("p")


def test_the_first_image_shows_while_the_rest_streams(browser: object) -> None:
    images = Images([ALPHA], step=1)
    with opened(browser, images) as page:
        page.wait_for_selector('.pane[data-state="running"][data-shown="1"]', timeout=WAIT)
        assert (pixels(page) > 60).mean() > 0.1
        page.wait_for_selector(DONE.replace(":not", '[data-shown="10"]:not'), timeout=WAIT)


def test_two_studies_side_by_side_with_all_their_frames(browser: object) -> None:
    with opened(browser, Images([ALPHA, XA]), query="&lang=en") as page:
        for number in (1, 2):
            page.wait_for_selector(f".pane:nth-child({number}){DONE[5:]}", timeout=WAIT)
        assert page.locator("#warning").inner_text() == "Not for diagnostic use"
        assert "Image 1/12" in shown(page)
        assert page.locator("#patient dl").count() == 2
        page.keyboard.press("o")
        assert "Image 1/10" in shown(page)
        second = "#panes .pane:nth-child(2) .canvas"
        assert (pixels(page, second) > 30).mean() > 0.3


@pytest.mark.parametrize("language", ["fr", "en"])
def test_anyone_can_use_it(browser: object, language: str) -> None:
    with opened(browser, Images([ALPHA]), csp=False, query=f"&lang={language}") as page:
        page.wait_for_selector(DONE, timeout=WAIT)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for _ in range(2):
            found = page.evaluate("axe.run()")
            assert [one["id"] for one in found["violations"]] == []
            page.keyboard.press("?")
