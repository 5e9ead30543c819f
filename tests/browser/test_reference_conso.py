"""The pages of the Conso and its viewer in a real browser, among our peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from reference_drimbox import viewer
from tests.browser.test_viewer import AXE, DONE, FLAGS, WAIT
from tests.conftest import unavailable
from tests.conso import Site, location, site


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("conso")) as made:
        yield made


@pytest.fixture
def page(tool: Callable[[str], str], one: Site) -> Iterator[Page]:
    """A page that complains of nothing and asks the Conso and the login alone for anything."""
    program = tool("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        context = browser.new_context(ignore_https_errors=True, bypass_csp=False, locale="fr-FR")
        made = context.new_page()
        said: list[str] = []
        asked: set[str] = set()
        made.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
        made.on("pageerror", lambda told: said.append(str(told)))
        made.on("request", lambda told: asked.add(told.url))
        yield made
        browser.close()
    # The browser tells of an answer that says that a file is no KOS.
    assert [told for told in said if "422" not in told] == []
    login = one.running.service.settings.psc.discovery.split("/auth/")[0]
    strange = [url for url in asked if not url.startswith((one.base, login, "data:", "blob:"))]
    assert strange == []


def accessible(page: Page) -> None:
    """No rule of WCAG 2.2 A and AA that axe knows is broken."""
    if not AXE.exists():
        unavailable("axe-core is not installed (make viewer)")
    # The policy of the page lets no script of others in; the test may evaluate one.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    assert [(each["id"], [x["html"] for x in each["nodes"]]) for each in found["violations"]] == []


def test_a_user_goes_from_the_call_to_the_images(page: Page, one: Site) -> None:
    page.goto(location(one.call()))
    assert page.locator("h1").inner_text() == "Examens du dossier (DMP)"
    assert page.locator("[data-trait=birth_name]").inner_text() == "DRIM-ALPHA"
    accessible(page)
    page.get_by_role("button", name="Ouvrir").click()
    assert page.locator("h1").inner_text() == "Examen Alpha"
    page.get_by_role("button", name="Récupérer les images: CT").click()
    expect(page.locator("tr[data-series] .count").first).to_have_text("10/10", timeout=WAIT)
    expect(page.locator("tr[data-series] .state").first).to_have_text("récupérée")
    accessible(page)
    page.get_by_role("button", name="Exporter").click()
    page.wait_for_selector("[data-state=done]", timeout=WAIT)
    assert page.locator("[data-count=sent]").inner_text() == "20"
    accessible(page)
    page.get_by_role("link", name="Retour à l'examen").click()
    if not viewer.built():
        unavailable("the viewer is not built (make viewer)")
    page.get_by_role("link", name="Voir les images").click()
    page.wait_for_selector(DONE, timeout=WAIT)
    assert "DRIM-ALPHA" in page.locator("#patient").inner_text()
    raw = page.locator("#panes .pane:first-child .canvas").screenshot()
    shades = np.asarray(Image.open(BytesIO(raw)).convert("L"))
    assert len(np.unique(shades)) > 20


def test_pages_without_a_patient(page: Page, one: Site, tmp_path: Path) -> None:
    for path in ("/?lang=en", "/?lang=fr"):
        page.goto(f"{one.base}{path}")
        accessible(page)
    page.get_by_role("link", name="Se connecter").click()
    accessible(page)
    page.get_by_role("link", name="Traces d'accès").click()
    accessible(page)
    page.get_by_role("link", name="Importer un KOS").click()
    (tmp_path / "x.dcm").write_bytes(b"x")
    page.set_input_files("#file", tmp_path / "x.dcm")
    with page.expect_response(lambda one: one.request.method == "POST") as answer:
        page.get_by_role("button", name="Importer").click()
    assert answer.value.status == 422
    accessible(page)
    page.get_by_role("button", name="Se déconnecter").click()
    assert page.locator("h1").inner_text() == "Vous êtes déconnecté"
    accessible(page)
