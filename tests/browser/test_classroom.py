"""A class: two browsers in one room, a room that ends, a teacher's link on a phone."""

from __future__ import annotations

import pytest

from dlbasic.claims import CLAIMS
from tests.browser.reader import address, settle, slider, visit

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
MISH = "/activations?lang=en&fig=explorer"


def open_room(page):
    """Open a room as a teacher does; gives the link that the dialog's QR code has."""
    page.get_by_role("button", name="For your class").click()
    page.get_by_role("button", name="Open a room").click()
    page.get_by_role("button", name="Link and QR code to join").click()
    qr = page.get_by_role("img", name="QR code of the link that joins the room")
    expect(qr).to_be_visible()
    assert qr.evaluate("image => image.complete && image.naturalWidth > 100")
    link = page.locator("[data-testid=stPopoverBody] code").inner_text()
    page.keyboard.press("Escape")
    return link


def card(page):
    return page.locator(".st-key-card-mish")


def test_a_class_predicts_on_phones_and_sees_it_on_the_projector(new_page):
    teacher = visit(new_page(), MISH)
    link = open_room(teacher)
    assert "host=" in teacher.url and "host=" not in link and address(teacher)["room"] in link
    student = visit(new_page(**PHONE), link)
    (*_, chosen) = (answer["en"] for answer in CLAIMS["mish"].answers.values())
    card(student).get_by_text(chosen, exact=True).click()
    expect(card(student).get_by_text("Sent.")).to_be_visible()
    expect(card(student).get_by_text("contradicted")).to_have_count(0)
    # The projector counts by itself.
    expect(card(teacher).get_by_text("1 have answered so far.")).to_be_visible(timeout=30_000)
    card(teacher).get_by_role("button", name="Show the answers and the measurement").click()
    expect(card(teacher).get_by_text("What the class predicted (1)")).to_be_visible()
    expect(card(teacher).get_by_text("contradicted")).to_be_visible()
    expect(card(student).get_by_text("What the class predicted (1)")).to_be_visible(timeout=30_000)
    # The room is closed: who is in it is told, and goes on alone.
    teacher.get_by_role("button", name="Close the room").click()
    expect(teacher.get_by_text("deletes the answers in it")).to_be_visible()
    teacher.get_by_role("button", name="Close the room").last.click()
    expect(teacher.get_by_role("button", name="Close the room")).to_have_count(0)
    assert "host=" not in settle(teacher).url
    student.reload()
    expect(student.get_by_text("This room has ended")).to_be_visible()
    student.get_by_role("button", name="Leave the room").click()
    expect(student.get_by_text("This room has ended")).to_have_count(0)
    assert "room" not in address(settle(student))


def test_the_link_that_a_teacher_copies_has_no_key(new_page):
    page = visit(new_page(permissions=["clipboard-read", "clipboard-write"]), MISH)
    open_room(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert "room=" in copied and "host=" not in copied


def test_a_teachers_link_on_a_phone_fixes_and_hides(new_page):
    page = visit(new_page(**PHONE), "/training?lang=en&fig=live&lr=0.1&fix=lr&hide=batch,seed")
    expect(slider(page, "Learning rate")).to_be_disabled()
    expect(page.get_by_text("Batch size", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="New seed")).to_have_count(0)
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_on_the_projector_a_chart_fills_its_place_and_one_can_go_back(new_page):
    page = new_page()
    page.goto("/activations?lang=en&fig=explorer&view=projector")
    settle(page)  # its title is not shown
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    chart = page.get_by_test_id("stVegaLiteChart").first
    sizes = chart.evaluate(
        "chart => [chart, chart.querySelector('svg')]"
        ".map(part => part.getBoundingClientRect().width)"
    )
    assert sizes[0] == pytest.approx(sizes[1], rel=0.02)
    page.get_by_role("button", name="Leave the projector view").click()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    assert "view" not in address(settle(page))
