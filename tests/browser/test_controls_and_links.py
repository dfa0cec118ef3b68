"""Controls, charts and address move together, and come back from a link, Back or a reload."""

from __future__ import annotations

import io

import pandas as pd
import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.activations import ACTIVATIONS, LeakyReLU
from dlbasic.claims import CLAIMS
from tests.browser.reader import (
    drawn,
    explorer,
    press,
    said,
    seen,
    settle,
    slider,
    table,
    turn,
    visit,
    wait_for_link,
)
from tests.test_text import read

pytestmark = pytest.mark.browser

ALPHA = "Leaky ReLU · negative slope α"
RICH = (
    "/activations?lang=en&fig=explorer&explorer.functions=sigmoid,leaky_relu,mish&explorer.x=-20,6&explorer.slope=log&leaky_relu.alpha=0.2"
    "&explorer.at=-2.5&neuron.function=tanh&neuron.std=3&softmax.classes=4&softmax.z4=2.5&softmax.shift=100&claim.mish.open=1"
    "&claim.mish.window=-5,-1"
)


def test_a_slider_changes_the_chart_the_numbers_and_the_link(page):
    visit(
        page, "/activations?lang=en&explorer.functions=leaky_relu&explorer.x=-20,20&explorer.at=-2"
    )
    before = drawn(page)
    press(page, ALPHA, "ArrowRight")
    wait_for_link(page, **{"leaky_relu.alpha": "0.02"})
    expect(page.get_by_role("table").filter(has_text="Value f(x)")).to_contain_text("−0.04")
    page.wait_for_function(
        "before => document.querySelector('.mark-line path').getAttribute('d') !== before",
        arg=before[0][0],
    )
    after = drawn(page)
    assert after[0] != before[0], "figure 1 shows the function"
    assert after[1:] == before[1:], "no other figure shows it"
    # The other controls stay where the link put them.
    assert said(page) == {
        "lang": "en", "explorer.functions": "leaky_relu", "explorer.x": "-20,20",
        "explorer.at": "-2", "leaky_relu.alpha": "0.02",
    }  # fmt: skip
    expect(slider(page, "Range of x — start")).to_have_attribute("aria-valuetext", "-20")


def test_quick_presses_end_at_the_last_value(page):
    visit(page, "/activations?lang=en&explorer.functions=leaky_relu&explorer.at=-2")
    press(page, ALPHA, "ArrowRight", times=12, pause=35)
    wait_for_link(page, **{"leaky_relu.alpha": "0.13"})
    expect(slider(page, ALPHA)).to_have_attribute("aria-valuetext", "0.13")
    ((_, value, slope),) = table(page, "Value f(x)")
    f = LeakyReLU(0.13)
    assert (read(value), read(slope)) == (float(f(-2.0)), float(f.grad(-2.0)))
    assert said(page)["leaky_relu.alpha"] == "0.13"


@pytest.mark.parametrize("end", ["start", "end"])
def test_both_ends_of_the_range_can_be_moved(page, end):
    visit(page, "/activations?lang=en&explorer.functions=relu")
    press(page, f"Range of x — {end}", "ArrowRight")
    wait_for_link(page, **{"explorer.x": {"start": "-5,6", "end": "-6,8"}[end]})
    press(page, f"Range of x — {end}", "ArrowLeft")
    page.wait_for_function("() => !location.search.includes('x=')")
    assert said(settle(page)) == {"lang": "en", "explorer.functions": "relu"}


def test_a_link_gives_another_reader_the_same_page(new_page):
    one = visit(new_page(), RICH)
    # The page brings the card that the link opens into view, until the reader scrolls.
    expect(one.locator(".st-key-card-mish")).to_be_in_viewport(timeout=30_000)
    one.mouse.wheel(0, 10)
    one.get_by_text("ELU", exact=True).first.click()
    wait_for_link(one, **{"explorer.functions": "sigmoid,leaky_relu,elu,mish"})
    other = visit(new_page(locale="ko-KR"), one.url)
    assert said(other) == said(one)
    assert seen(other) == seen(one)
    assert drawn(other) == drawn(one)
    assert len(seen(other)) > 3000 and sum(map(len, drawn(other))) >= 10


def test_a_rich_link_is_kept_as_it_is(page):
    visit(page, RICH)
    assert page.url.endswith(RICH), "commas stay readable, nothing is reordered or lost"
    expect(page.get_by_text("Some settings in the link")).to_have_count(0)


def test_back_returns_to_the_earlier_state(page):
    visit(page, "/activations?lang=en&explorer.functions=relu")
    before = seen(page)
    page.get_by_text("Mish", exact=True).first.click()
    wait_for_link(page, **{"explorer.functions": "relu,mish"})
    assert seen(page) != before
    for _ in range(3):  # the address may have been written more than once
        page.go_back()
        if said(page).get("explorer.functions") == "relu":
            break
    wait_for_link(page, **{"explorer.functions": "relu"})
    expect(page.get_by_role("table").filter(has_text="Value f(x)")).not_to_contain_text("Mish")
    assert seen(settle(page)) == before


def test_another_page_and_back_keeps_the_controls(page):
    visit(page, RICH)
    before, link = seen(page), said(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    assert said(settle(page)) == {"lang": "en"}
    turn(page, "Value and slope")
    page.wait_for_selector(".st-key-reading-mish")
    settle(page)
    assert said(page) == link
    assert seen(page) == before


def test_a_reload_keeps_the_controls(page):
    visit(page, "/activations?lang=en&explorer.functions=leaky_relu")
    press(page, ALPHA, "ArrowRight", times=3)
    wait_for_link(page, **{"leaky_relu.alpha": "0.04"})
    before = seen(page)
    page.reload()
    page.wait_for_selector(".st-key-card-mish")
    assert seen(settle(page)) == before


def test_links_of_the_overview_open_what_they_promise(page):
    visit(page, "/?lang=en")
    page.locator(".dl-ledger a[href*='claim.mish.open']").click()
    page.wait_for_selector(".st-key-reading-mish")
    assert said(settle(page)) == {"lang": "en", "claim.mish.open": "1"}


def test_an_opened_cards_number_stands_above_its_measurement(page):
    """How it was judged is folded inside of it: that fold is not the card's own."""
    visit(page, "/activations?lang=en&claim.gelu.open=1")
    card = page.locator(".st-key-card-gelu")
    expect(card.get_by_text("How this was judged")).to_be_visible()
    number = card.locator("> .stElementContainer p").first.bounding_box()
    opened = card.locator("details").first.bounding_box()
    assert number["y"] + number["height"] <= opened["y"] + 1
    assert opened["width"] > 0.9 * card.bounding_box()["width"]


@pytest.mark.parametrize("chosen", [("sigmoid", "tanh", "relu"), tuple(ACTIVATIONS)])
def test_pointing_at_the_chart_reads_every_function(page, chosen):
    visit(page, f"/activations?lang=en&explorer.functions={','.join(chosen)}")
    chart = explorer(page)
    chart.scroll_into_view_if_needed()
    readout = page.locator("#vg-tooltip-element.visible")
    for across in (0.3, 0.6):
        box = chart.bounding_box()
        page.mouse.move(box["x"] + across * box["width"] - 5, box["y"] + 0.3 * box["height"])
        page.mouse.move(box["x"] + across * box["width"], box["y"] + 0.3 * box["height"])
        expect(readout).to_be_visible()
        cells = zip(
            readout.locator("td.key").all_inner_texts(),
            readout.locator("td.value").all_inner_texts(),
            strict=True,
        )
        shown = {key.rstrip(": "): value for key, value in cells}
        x = read(shown.pop("x"))
        assert -6.0 <= x <= 6.0
        names = {kind.name["en"].partition("(")[0].strip(): kind for kind in ACTIVATIONS.values()}
        assert [names[name].key for name in shown] == list(chosen)
        for name, words in shown.items():
            value, slope = words.split(" · slope ")
            assert read(value) == pytest.approx(float(names[name]()(x)), rel=1e-5, abs=1e-300)
            assert read(slope) == pytest.approx(float(names[name]().grad(x)), rel=1e-5, abs=1e-300)
    page.mouse.move(5, 5)
    expect(readout).to_have_count(0)


@pytest.mark.parametrize(("key", "window"), [("mish", (-5.0, -1.0)), ("softmax", None)])
def test_the_data_of_a_claim_is_that_of_its_experiment(page, key, window):
    link = f"/activations?lang=en&claim.{key}.open=1"
    settings = CLAIMS[key].defaults
    if window:
        link += f"&claim.{key}.window={window[0]:g},{window[1]:g}"
        settings = type(settings)(window=window)
    visit(page, link)
    page.get_by_text("How this was judged").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="save as CSV").click()
    assert download.value.suggested_filename == f"{key}.csv"
    text = download.value.path().read_text("utf-8-sig")
    frame = CLAIMS[key].run(settings).frame.reset_index(drop=True)
    # Read as text first: pandas' own reader may miss the last digit of a float.
    rows = pd.read_csv(io.StringIO(text), dtype=str)
    rows.columns = frame.columns  # in the file they are called as in the chart
    series = CLAIMS[key].plot.series
    frame[series] = frame[series].map(lambda name: CLAIMS[key].plot.names[name]["en"])
    pd.testing.assert_frame_equal(rows.astype(frame.dtypes.to_dict()), frame, check_exact=True)


def test_a_link_opens_at_its_figure_or_at_the_card_that_it_names(new_page):
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    page = new_page(viewport={"width": 390, "height": 844})
    visit(page, "/gradient_flow?lang=en&fig=microscope&claim.tanh-vanishing.open=1")
    page.wait_for_function(f"{scrolled} > 800")
    card = page.locator(".st-key-card-tanh-vanishing")
    expect(card).to_be_in_viewport()
    # This control lies below the first screen, the picture that it changes does not.
    visit(page, "/gradient_flow?lang=en&fig=microscope&microscope.layer=7")
    expect(slider(page, "Layer to read")).not_to_be_in_viewport()
    assert page.evaluate(scrolled) == 0
