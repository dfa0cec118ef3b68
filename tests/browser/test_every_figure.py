"""Every figure is for everyone: with a screen reader, by keyboard, on a phone, enlarged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures import PAGES
from tests.browser.reader import resize, seen, settle, small, visit
from tests.site import FIGURES

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# What axe finds, once the page has had time to mend what Streamlit draws.  A promise could not be
# waited for: it is true, whatever it promises.
FINDINGS = """async () => {
  const until = performance.now() + 15_000;
  for (;;) {
    const {violations} = await axe.run();
    if (!violations.length || performance.now() > until) return violations.flatMap(({id, nodes}) =>
      nodes.map(({target, html}) => `${id}: ${target} ${html.slice(0, 200)}`));
    await new Promise(done => setTimeout(done, 1000));
  }
}"""
# The page's script sees what scrolls a moment after it has been drawn: not what is folded away.
REACHED = """() => [...document.querySelectorAll('[data-testid=stTable] > div, pre')].every(
  box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0 || !box.checkVisibility())"""
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# Each two of language, size and theme meet; all three of them need not.
LOOKS = {"en": ((PHONE, "light"), (DESK, "dark")), "ko": ((PHONE, "dark"), (DESK, "light"))}
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 28)"}
PICTURES = ".stVegaLiteChart, .figure, .toggle, [data-action=play]"
TALLEST = {1280: 1800, 390: 3600}  # px of a figure with its cards closed, by width
FIRST_SCREEN = 760  # px of a window of 1280 x 800
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
# Colours change little by little, but in a closed fold, where a change never ends.
CHANGED = """() => Promise.allSettled(document.getAnimations().filter(
  change => change instanceof CSSTransition && change.effect.target.checkVisibility()).map(
  change => change.finished))"""
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


def check_barriers(page, language):
    """At each size, each in another theme than in the other language."""
    for size, scheme in LOOKS[language]:
        resize(page, size)
        dress(page, scheme)
        assert barriers(page) == []


def wait_for_height(page, most):
    """Wait until the page is at most so many pixels tall.

    What a figure's part leaves behind stands until the next part has come.
    """
    page.wait_for_function(
        "most => document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight <= most",
        arg=most,
    )


def lowest(page):
    """How far down the pictures and Play reach."""
    boxes = page.get_by_test_id("stMain").locator(PICTURES).all()
    ends = [box["y"] + box["height"] for part in boxes if (box := part.bounding_box())]
    return max(ends, default=0)


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
    for part in page.locator("[class*=st-key-more-] summary, [class*=st-key-first-] button").all():
        part.click()
    check_barriers(page, "en")


@needs_axe
@pytest.mark.parametrize("place", FIGURES)
def test_nor_does_it_in_korean_on_a_phone_in_the_dark(new_page, place):
    page = new_page(locale="ko-KR", color_scheme="dark", viewport=PHONE)
    arrive(page, link(place, "ko"))
    check_names(page, "ko")
    assert small(page, text=14, target=44) == []
    check_barriers(page, "ko")


@pytest.mark.parametrize("place", FIGURES)
def test_a_figure_is_a_few_screens_or_one_sheet(page, place):
    """Its picture and Play on the first screen, each of its parts with its cards closed.

    The first part with the questions that its cards ask, the others, to which one turns, not.
    """
    visit(page, link(place, "en", opened=False))
    resize(page, DESK)
    a_list = place.startswith("overview")
    assert lowest(page) <= FIRST_SCREEN and (a_list or lowest(page) > 100)
    sheets = page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    page.emulate_media(media="print")
    pressed = page.locator("[data-testid=stSidebar], button.toggle, .dl-nav a")
    assert pressed.filter(visible=True).count() == 0
    page.emulate_media(media="screen")
    if a_list:
        return
    parts = page.locator(f".st-key-{place.replace('/', '-')}-part").get_by_role("radio")
    assert bool(parts.count()) == any(name.endswith(".part") for name in FIGURES[place].params)
    for number in range(max(1, parts.count())):
        if number == 1:
            visit(page, link(place, "en", opened=False) + "&predict=0")
        if parts.count():
            parts.nth(number).click()
            settle(page)
        for size in (DESK, PHONE):
            resize(page, size)
            wait_for_height(page, TALLEST[size["width"]])
