"""A phone in class: predict, see the figure, try, go on."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from dlbasic.claims import CLAIMS
from dlbasic.figures.lesson import STEPS
from tests.browser.reader import SIDEWAYS, address, press, settle, small, value, visit

pytestmark = pytest.mark.browser

VANISHING = next(place for place, step in enumerate(STEPS) if step.key == "vanishing")


def answer(page, step):
    """Predict, if the step asks: with the first answer."""
    first = next(iter(CLAIMS[step.claim].answers.values()), None)
    if first:
        expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)
        page.get_by_role("button", name=first["ko"]).or_(
            page.get_by_role("radio", name=first["ko"])
        ).click()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    settle(page)


def test_two_steps_on_a_phone(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    visit(page, "/lesson?lang=ko&fig=vanishing")
    for place in (VANISHING, VANISHING + 1):
        step = STEPS[place]
        heading = page.get_by_role("heading", level=2)
        expect(heading).to_have_text(f"{place + 1}단계. {step.name['ko']}")
        answer(page, step)
        expect(page.get_by_text("해 보세요.")).to_be_visible()
        assert address(page)["fig"] == step.key
        assert page.evaluate(SIDEWAYS) == [] and small(page, 14, 44) == []
        if place == VANISHING:
            press(page, "은닉층의 수", "ArrowLeft")
            page.wait_for_url("**vanishing.depth=19*")
        page.locator("a[rel=next]").click()
        expect(heading).not_to_have_text(f"{place + 1}단계. {step.name['ko']}")
        settle(page)
    page.locator("a[rel=prev]").click()
    expect(heading).to_have_text(f"{VANISHING + 2}단계. {STEPS[VANISHING + 1].name['ko']}")
    page.locator("a[rel=prev]").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(
        f"{VANISHING + 1}단계. {STEPS[VANISHING].name['ko']}"
    )
    settle(page)
    assert value(page, "vanishing.depth") == ["19"], "what was predicted and set is still there"
