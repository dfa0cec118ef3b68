"""Every figure is for everyone: with a screen reader, by keyboard, on a phone, enlarged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures import PAGES
from tests.browser.reader import resize, seen, small, sticking_out, visit
from tests.site import FIGURES

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """() => axe.run().then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({target, html}) => `${id}: ${target} ${html.slice(0, 200)}`)))"""
# The page's script sees what scrolls a moment after it has been drawn.
REACHED = """() => [...document.querySelectorAll('[data-testid=stTable] > div, pre')].every(
  box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)"""
PHONE = {"width": 390, "height": 844}
ENLARGED = {"width": 640, "height": 450}  # as much as 1280 has room for at 200 %
FULLEST = {
    "activations/explorer": f"explorer.functions={','.join(ACTIVATIONS)}",
    "activations/softmax": "softmax.classes=6&softmax.shift=800",
}
CONTROL = re.compile(r" *- (slider|combobox|textbox|spinbutton|button|radio|checkbox|switch)\b")
SIDEBAR = {"ko": "사이드바", "en": "Sidebar"}
# Names that a screen reader says and words that come up when one points.
NAMES = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder]')].filter(
  part => part.checkVisibility()).flatMap(
  part => ['aria-label', 'title', 'placeholder'].map(name => part.getAttribute(name) ?? ''))"""


def link(place, language, part=None):
    """The figure's link, with as much on it as there can be; its cards opened, or another part."""
    page, _, figure = place.partition("/")
    query = [f"lang={language}", FULLEST.get(place, "")]
    query += [f"fig={figure}"] * PAGES[page].numbered
    if part is None:
        query += [f"claim.{key}.open=1" for key in FIGURES[place].claims]
    else:
        query += [f"{figure}.part={part}"]
    return f"/{page}?" + "&".join(filter(None, query))


def barriers(page):
    """What axe finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    page.wait_for_function(REACHED)
    return page.evaluate(FINDINGS)


def check_names(page, language):
    """Every control has a name, every chart is told in words, all in the page's language."""
    controls = [line.strip() for line in seen(page).splitlines() if CONTROL.match(line)]
    assert [line for line in controls if not re.match(r'- \w+ "\S', line)] == []
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        assert chart.get_attribute("role") == "graphics-document"
        assert len(chart.get_attribute("aria-label")) > 15
    # The page's script comes by itself, and translates what Streamlit says before the next frame.
    page.wait_for_selector(f"[aria-label='{SIDEBAR[language]}']", state="attached")
    page.evaluate("new Promise(requestAnimationFrame)")
    names = [name for name in page.evaluate(NAMES) if re.search("[A-Za-z]{4}|[가-힣]", name)]
    assert [name for name in names if bool(re.search("[가-힣]", name)) != (language == "ko")] == []


needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="looking for barriers needs axe-core: npm ci"
)


@needs_axe
@pytest.mark.parametrize("place", FIGURES)
def test_a_figure_stands_in_nobodys_way(page, place):
    visit(page, link(place, "en"))
    check_names(page, "en")
    assert barriers(page) == []
    assert small(page, text=14) == []
    for size in (ENLARGED, PHONE):
        resize(page, size)


@needs_axe
@pytest.mark.parametrize("place", FIGURES)
def test_nor_does_its_last_part_in_the_dark_on_a_phone_in_korean(new_page, place):
    choice = FIGURES[place].params.get(f"{FIGURES[place].key}.part")
    page = new_page(viewport=PHONE, locale="ko-KR", color_scheme="dark")
    visit(page, link(place, "ko", list(choice.options)[-1] if choice else None))
    check_names(page, "ko")
    assert barriers(page) == []
    assert small(page, text=14, target=44) == []
    assert sticking_out(page) == []


@pytest.mark.parametrize("place", FIGURES)
def test_printed_it_is_one_sheet_without_what_can_only_be_pressed(page, place):
    figure = place.partition("/")[2]
    visit(page, f"/{place.partition('/')[0]}?lang=en&fig={figure}")
    sheets = page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    page.emulate_media(media="print")
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert page.locator("button.toggle, .dl-nav a").filter(visible=True).count() == 0
