"""The Playground's drawing: nothing in it moves or is cut off, and each mark means one thing."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.browser.board import board, button
from tests.browser.reader import visit
from tests.browser.test_network import LINK, neuron, panel

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
BOX = "part => { const {top, bottom} = part.getBoundingClientRect(); return [top, bottom]; }"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


def test_pressing_a_unit_leaves_the_page_where_it_is(page):
    page.set_viewport_size(DESK)
    visit(page, f"{LINK}&layers=32,32")
    neuron(page, "Hidden layer 2, unit 3").click()
    expect(panel(page).get_by_label("Weight a₁⁽¹⁾", exact=True)).to_be_focused()
    assert page.evaluate(SCROLLED) == 0
    top, bottom = panel(page).evaluate(BOX)
    assert top >= 0 and bottom <= DESK["height"]
    for part in (button(page, "Play"), board(page).locator(".field")):
        assert part.evaluate(BOX)[1] <= DESK["height"]
        assert (
            part.bounding_box()["x"] + part.bounding_box()["width"]
            <= (panel(page).bounding_box()["x"])
        )


def test_on_a_phone_the_panel_opens_whole_and_closing_leads_back(new_page):
    page = new_page(viewport=PHONE)
    visit(page, LINK)
    unit = neuron(page, "Hidden layer 2, unit 3")
    unit.click()
    top, bottom = panel(page).evaluate(BOX)
    assert top >= 0 and bottom <= PHONE["height"]
    assert panel(page).locator("p").last.evaluate(BOX)[1] <= bottom
    panel(page).get_by_role("button", name="Close").click()
    expect(panel(page)).to_be_hidden()
    top, bottom = board(page).locator(".field").evaluate(BOX)
    assert top >= 0 and bottom <= PHONE["height"]
    expect(unit).to_be_focused()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_drawing_stays_where_it_is_whatever_the_status_says(new_page, size):
    page = new_page(viewport=size)
    visit(page, LINK)
    drawing, status = board(page).locator(".drawing"), board(page).get_by_role("status")
    page.mouse.move(1, 1)
    place = "part => part.getBoundingClientRect().top - part.closest('.board').offsetTop"
    stood = drawing.evaluate(place)
    for words in ("", "Paused.", "So many words that they take several lines. " * 9):
        status.evaluate("(part, words) => { part.textContent = words; }", words)
        assert drawing.evaluate(place) == stood
    assert status.evaluate("part => part.scrollHeight > part.clientHeight")


def test_an_output_of_several_classes_has_its_class_s_colour(page):
    visit(page, f"{LINK}&data=blobs3&live.epoch=40")
    expect(board(page)).to_have_attribute("data-epoch", "40")
    for unit, strongest in enumerate(("red", "blue", "green")):
        name = f"Probability of “class {unit}”"
        one = neuron(page, f"{name}: the higher, the stronger its class's own colour")
        one.hover()
        expect(board(page).locator(".title")).to_have_text(name)
        # The cell of its map that is the farthest from grey.
        colour = board(page).locator(".figure canvas").first.evaluate(
            """canvas => {
              const {width, height} = canvas;
              const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
              const cells = Array.from({length: data.length / 4}, (_, i) => data.slice(4*i, 4*i+3));
              const far = ([...rgb]) => Math.max(...rgb) - Math.min(...rgb);
              return [...cells.reduce((a, b) => far(b) > far(a) ? b : a)]; }"""
        )  # fmt: skip
        assert ("red", "green", "blue")[colour.index(max(colour))] == strongest


FAILING = """async ([numbers, layers]) => {
  const script = performance.getEntriesByType('resource')
    .map(({name}) => name).find(name => /player-heads\\.js/.test(name));
  const {failing} = await import(script);
  return failing(Float32Array.from(numbers, x => x ?? NaN), {norms: 0, dead: layers.length + 1},
    layers); }"""


@pytest.mark.parametrize(
    ("norms", "dead", "found"),
    [
        ([1e-9, 0.1, 0.5], [0, 0, 0, 0], ["vanished", None]),
        ([0, 0.1, 0.5], [0, 1, 0, 0], ["vanished", None]),
        ([0, 0, 0.5], [0, 0, 1, 1], [None, "dead"]),
        ([0, 0, 0], [1, 1, 0, 0], ["dead", None]),
        ([0, 0, 0], [0, 0, 0, 0], [None, None]),
        ([0, None, None], [1, 1, 1, 1], [None, None]),
        ([5.0, 1e3, 1e9], [0, 0, 0, 0], [None, None]),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_layer(page, norms, dead, found):
    visit(page, LINK)
    assert page.evaluate(FAILING, [[*norms, *dead], [2, 2]]) == found
