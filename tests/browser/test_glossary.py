"""What a term means is shown where it stands, by mouse and keyboard, and nothing is loaded."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")

from tests.browser.reader import visit

pytestmark = pytest.mark.browser

TERM = "#dl-term"


def the_link(page):
    return page.locator('a[href^="#term-"]:visible').first


@pytest.mark.parametrize("width", [1280, 390])
def test_a_term_tells_its_meaning_and_the_page_stays(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    visit(page, "training?lang=en&fig=live")
    where, link = page.url, the_link(page)
    page.evaluate("window.stays = true")
    link.click()
    shown = page.locator(TERM)
    assert link.inner_text().lower() in shown.inner_text().lower() and len(shown.inner_text()) > 40
    box, at = shown.bounding_box(), link.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert box["y"] >= at["y"] + at["height"] or box["y"] + box["height"] <= at["y"]
    page.mouse.click(width - 5, 500)
    shown.wait_for(state="hidden")
    assert page.url == where and page.evaluate("window.stays")


def test_by_keyboard_it_opens_closes_and_gives_the_focus_back(page):
    visit(page, "training?lang=ko&fig=live")
    link = the_link(page)
    link.focus()
    page.keyboard.press("Enter")
    page.locator(TERM).wait_for(state="visible")
    assert page.evaluate("document.activeElement.id") == "dl-term"
    page.keyboard.press("Escape")
    page.locator(TERM).wait_for(state="hidden")
    assert link.evaluate("link => link === document.activeElement")
