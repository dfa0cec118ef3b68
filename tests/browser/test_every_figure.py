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
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 28)"}
ENLARGED = {"width": 640, "height": 450}  # as much as 1280 has room for at 200 %
FULLEST = {
    "activations/explorer": f"explorer.functions={','.join(ACTIVATIONS)}",
    "activations/softmax": "softmax.classes=6&softmax.shift=800",
}
CONTROL = re.compile(r" *- (slider|combobox|textbox|spinbutton|button|radio|checkbox|switch)\b")
SIDEBAR = {"ko": "사이드바", "en": "Sidebar"}
JUMPS = """
  window.jumped = 0;
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.jumped += shift.value;
  }).observe({ type: 'layout-shift', buffered: true });"""
# A shift is told once the frame that shows it has been drawn.
JUMPED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
  () => setTimeout(() => done(window.jumped)))))"""
# Colours change little by little.
CHANGED = """() => Promise.allSettled(document.getAnimations().filter(
  change => change instanceof CSSTransition).map(change => change.finished))"""
# Names that a screen reader says and words that come up when one points.
NAMES = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder]')].filter(
  part => part.checkVisibility()).flatMap(
  part => ['aria-label', 'title', 'placeholder'].map(name => part.getAttribute(name) ?? ''))"""


def link(place, language, opened=True):
    """The figure's link, with as much on it as there can be and its cards opened; or as it is."""
    page, _, figure = place.partition("/")
    query = [f"lang={language}"]
    query += [f"fig={figure}"] * PAGES[page].numbered
    if opened:
        query += filter(None, [FULLEST.get(place)])
        query += [f"claim.{key}.open=1" for key in FIGURES[place].claims]
    return f"/{page}?" + "&".join(query)


def arrive(page, where):
    """Open a link; nothing may jump by the browser's own measure (layout shift, 0.1 is good)."""
    page.add_init_script(JUMPS)
    # The page stays unseen until its parts stand, or for some seconds: endless ones here, however
    # busy the machine is.
    browser = page.context.new_cdp_session(page)
    browser.send("Animation.enable")
    browser.send("Animation.setPlaybackRate", {"playbackRate": 0})
    visit(page, where)
    assert page.evaluate(JUMPED) < 0.1
    browser.send("Animation.setPlaybackRate", {"playbackRate": 1})


def dress(page, scheme):
    """Light or dark, as the reader's system says."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        "ground => getComputedStyle(document.querySelector('.stApp')).backgroundColor === ground",
        arg=GROUND[scheme],
    )
    page.evaluate(CHANGED)


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
    arrive(page, link(place, "en"))
    check_names(page, "en")
    assert small(page, text=14) == []
    resize(page, ENLARGED)
    for size in (DESK, PHONE):
        resize(page, size)
        for scheme in GROUND:
            dress(page, scheme)
            assert barriers(page) == []


@needs_axe
@pytest.mark.parametrize("place", FIGURES)
def test_nor_does_it_on_a_phone_in_the_dark_or_on_paper(new_page, place):
    page = new_page(locale="ko-KR", color_scheme="dark", viewport=PHONE)
    arrive(page, link(place, "ko", opened=False))
    check_names(page, "ko")
    assert barriers(page) == []
    assert small(page, text=14, target=44) == []
    assert sticking_out(page) == []
    resize(page, DESK)
    dress(page, "light")
    assert barriers(page) == []
    sheets = page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    page.emulate_media(media="print")
    pressed = page.locator("[data-testid=stSidebar], button.toggle, .dl-nav a")
    assert pressed.filter(visible=True).count() == 0
