"""Figures 1, 4 and 6 of the losses page in a browser: a slider moves, and the numbers follow."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.figures.losses.entropy.measure import Entropy, information
from dlbasic.figures.losses.explorer.measure import Explorer, curve
from dlbasic.figures.losses.many_classes.measure import ManyClasses, chain
from dlbasic.text import exact, number, rounded
from tests.browser.reader import press, resize, table, visit, wait_for_link
from tests.test_text import read

pytestmark = pytest.mark.browser


def read_rows(settings):
    pairs = [curve(settings, key, settings.point) for key in settings.chosen]
    return [[exact(rounded(float(of), 12)) for of in pair] for pair in pairs]


def shown_rows(page, by):
    return [row[1:] for row in table(page, f"Gradient ∂ℓ/∂{by}")]


def test_delta_moves_what_the_table_says_of_huber(page):
    visit(page, "/losses?lang=en&explorer.at=3")
    settings = Explorer(at=3.0)
    assert shown_rows(page, "ŷ") == read_rows(settings)
    press(page, "Huber loss", "ArrowRight", 5)
    wait_for_link(page, **{"explorer.delta": "1.5"})
    moved = replace(settings, delta=1.5)
    assert shown_rows(page, "ŷ") == read_rows(moved)
    assert read_rows(moved)[2] == ["3.375", "1.5"] != read_rows(settings)[2]
    # The others have no δ.
    assert read_rows(moved)[:2] == read_rows(settings)[:2]


def test_a_tiny_probability_is_read(page):
    visit(page, "/losses?lang=en&explorer.against=probability&explorer.label=0")
    place = page.get_by_role("spinbutton", name="Read the values at p")
    place.fill("1e-300")
    place.press("Enter")
    wait_for_link(page, **{"explorer.p": "1e-300"})
    settings = Explorer(against="probability", label="0", p=1e-300)
    assert shown_rows(page, "p") == read_rows(settings)
    assert shown_rows(page, "p")[0] == ["1·10⁻³⁰⁰", "1"]


def test_on_a_log_axis_a_line_breaks_where_the_slope_is_0(page):
    visit(page, "/losses?lang=en&explorer.slope=log")
    lines = page.locator("[aria-label^='Losses and their gradients'] .mark-line path")
    expect(lines).to_have_count(8)
    outlines = lines.evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    # Each value is one line; each slope of a regression's loss is 0 at a residual of 0 alone.
    assert [outline.count("M") for outline in outlines] == [1] * 4 + [2] * 4


def test_the_axis_decides_which_losses_stand_there(page):
    visit(page, "/losses?lang=en")
    page.locator(".st-key-losses-explorer-against").get_by_text("score", exact=True).click()
    wait_for_link(page, **{"explorer.against": "score"})
    assert [row[0] for row in table(page, "Gradient ∂ℓ/∂z")] == [
        "Binary cross-entropy", "Squared error through a sigmoid", "Hinge loss", "Focal loss",
    ]  # fmt: skip
    assert shown_rows(page, "z") == read_rows(Explorer(against="score"))


def test_a_score_moves_every_probability_and_they_add_to_1(page):
    visit(page, "/losses?lang=en&fig=many_classes")

    def shown():
        rows = table(page, "Probability p")
        assert rows[-1][0] == "Sum" and read(rows[-1][3]) == pytest.approx(1.0, abs=1e-15)
        gradients = table(page, "Gradient p − y")[:-1]
        return [row[3] for row in rows[:-1]], [row[3] for row in gradients]

    before = shown()
    press(page, "Score z₃ of class 3", "ArrowRight", 7)
    wait_for_link(page, **{"many_classes.z3": "0.7"})
    after = shown()
    links = chain(ManyClasses(z3=0.7))
    assert after == tuple([number(float(v), 4) for v in of] for of in (links.p, links.gradient))
    assert all(one != other for one, other in zip(before[0], after[0], strict=True))
    assert sum(map(read, after[0])) == pytest.approx(1.0, abs=2e-4)
    assert sum(map(read, after[1])) == pytest.approx(0.0, abs=2e-4)


def widths(page):
    """The widths of the bars of H(p), KL(p‖q) and H(p, q), in pixels."""
    bars = page.locator("[aria-label^='Bars of H(p)'] .mark-rect path")
    outlines = bars.evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    return [float(re.search(r"h(-?[\d.]+)", outline)[1]) for outline in outlines]


def test_the_bars_still_add_up_when_q_moves(page):
    visit(page, "/losses?lang=en&entropy.part=units")
    before = [row[1] for row in table(page, "Quantity")]
    for presses in (1, 30):
        press(page, "weight of q₁", "ArrowRight", presses)
    wait_for_link(page, **{"entropy.q1": "5.1"})
    found = information(*(getattr(Entropy(q1=5.1), of) for of in "pq"), 2.0)
    after = [row[1] for row in table(page, "Quantity")]
    assert after == [
        exact(value)
        for value in (found.entropy, found.divergence, found.total, found.cross, found.apart)
    ]
    assert after[0] == before[0] and after[1] != before[1]
    assert read(after[2]) == pytest.approx(read(after[3]), rel=1e-15)
    entropy, divergence, cross = widths(page)
    assert entropy + divergence == pytest.approx(cross, abs=0.01) and divergence > 1
    assert divergence / cross == pytest.approx(found.divergence / found.cross, rel=1e-3)


def test_what_q_rules_out_is_infinite_and_said_to_be(page):
    visit(page, "/losses?lang=en&entropy.part=units&entropy.q2=0")
    assert [row[1] for row in table(page, "Quantity")][1:4] == ["∞"] * 3
    expect(page.get_by_text("q rules out what p does not (outcome 2)")).to_be_visible()
    assert len(widths(page)) == 1


def test_a_table_too_wide_for_a_phone_fades_until_its_end_is_seen(page):
    visit(page, "/losses?lang=en&entropy.part=units")
    box = page.locator("[data-testid=stTable] > div").first

    def fades(width):
        resize(page, {"width": width, "height": 844})
        wide = box.evaluate("box => box.scrollWidth > box.clientWidth")
        return wide, "gradient" in box.evaluate("box => getComputedStyle(box).maskImage")

    assert [fades(width) for width in (1280, 390)] == [(False, False), (True, True)]
    box.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
    page.wait_for_function(
        "box => getComputedStyle(box).maskImage === 'none'", arg=box.element_handle()
    )
