"""From figure to figure and back: by the contents, the row of figures, Next, Back."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.browser.reader import address, press, settle, turn, visit, wait_for_link
from tests.site import HOMES

pytestmark = pytest.mark.browser

# Whether the page that is on screen is still the one that was loaded first.
MARK, MARKED = "() => { window.loaded = 'once'; }", "() => window.loaded === 'once'"


def heading(page, text):
    expect(page.get_by_role("heading", level=2).first).to_have_text(text)


def path_of(page):
    return page.evaluate("location.pathname")


def back(page):
    before = page.url
    page.evaluate("history.back()")
    page.wait_for_function("before => location.href !== before", arg=before)
    return settle(page)


def test_back_returns_to_the_page_left_with_its_settings(page):
    """Streamlit's own links write the new page's settings at the old page's address."""
    visit(page, "/activations?explorer.functions=gelu,mish")
    page.evaluate(MARK)
    left = page.url
    turn(page, "A line to fit")
    heading(page, "Figure 2. A line to fit")
    assert (path_of(page), address(page)) == ("/losses", {"lang": "en", "fig": "line"})
    back(page)
    heading(page, "Figure 1. Value and slope")
    assert page.url == left and "explorer.functions=gelu,mish" in left
    expect(page.get_by_role("button", name="Mish", pressed=True)).to_be_visible()
    page.evaluate("history.forward()")
    heading(page, "Figure 2. A line to fit")
    assert page.evaluate(MARKED), "nothing was loaded anew"


def test_every_turn_is_one_step_of_the_history_and_keeps_what_was_set(page):
    visit(page, "/losses?lang=en&fig=line")
    page.evaluate(MARK)
    press(page, "δ of the Huber loss", "ArrowRight")
    wait_for_link(page, **{"line.delta": "1.1"})
    entries = page.evaluate("history.length")
    page.get_by_role("link", name="Next").click()
    heading(page, "Figure 3. Two classes")
    assert address(settle(page)) == {"lang": "en", "fig": "two_classes", "line.delta": "1.1"}
    turn(page, "Softmax")
    turn(page, "A line to fit")
    heading(page, "Figure 2. A line to fit")
    assert address(page) == {"lang": "en", "fig": "line", "line.delta": "1.1"}
    assert page.evaluate("history.length") == entries + 3
    back(page)
    assert path_of(page) == "/activations" and address(page)["fig"] == "softmax"
    back(page)
    heading(page, "Figure 3. Two classes")
    assert page.evaluate(MARKED), "nothing was loaded anew"


def test_reading_on_leads_through_every_figure(page):
    visit(page, "/?lang=ko")
    for there in HOMES.values():
        for figure in there.figures if there.numbered else ():
            page.locator("a[rel=next]").click()
            heading(page, there.heading(figure)["ko"])
            settle(page)
            assert path_of(page) == f"/{there.key}"
            assert address(page) == {"lang": "ko", "fig": figure.key}
            expect(page.locator(".dl-contents [aria-current]")).to_have_count(1)
    expect(page.locator("a[rel=next]")).to_have_count(0)


def test_the_first_pages_name_is_an_address(page):
    visit(page, "/overview?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_a_link_in_another_tab_says_the_language(page):
    visit(page, "/losses?lang=ko")
    link = page.locator(".dl-contents a", has_text="소프트맥스").first
    assert link.get_attribute("href") == "activations?lang=ko&fig=softmax"
    page.keyboard.down("Control")
    with page.context.expect_page() as opened:
        link.click()
    page.keyboard.up("Control")
    other = settle(opened.value)
    expect(other.get_by_role("heading", level=2).first).to_have_text("그림 3. 소프트맥스")
    other.close()
    assert path_of(page) == "/losses"


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_without_the_sidebar_no_bar_covers_the_title(new_page, width):
    page = visit(new_page(viewport={"width": width, "height": 800}), "/losses?lang=en")
    if width == 1280:
        page.get_by_test_id("stSidebarHeader").hover()
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    title = page.get_by_role("heading", level=1)
    title.scroll_into_view_if_needed()
    covered = title.evaluate(
        """title => {
          const { left, top, bottom } = title.getBoundingClientRect();
          const at = y => document.elementFromPoint(left + 5, y);
          return [top + 2, (top + bottom) / 2].filter(y => !title.contains(at(y)));
        }"""
    )
    assert covered == []


def test_on_a_phone_the_figures_are_a_list_and_the_contents_close(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    visit(page, "/losses?lang=en")
    page.get_by_text("Choose another figure").click()
    page.locator(".dl-figures details").get_by_role("link", name="Entropy").click()
    heading(page, "Figure 6. Entropy")
    page.get_by_test_id("stExpandSidebarButton").click()
    turn(page, "Softmax")
    heading(page, "Figure 3. Softmax")
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
