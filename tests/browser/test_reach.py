"""What is copied leads others to the page, and nothing of it needs the internet."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.browser.conftest import ELSEWHERE
from tests.browser.reader import press, visit, wait_for_link

pytestmark = pytest.mark.browser


def copied(page):
    page.bring_to_front()
    return page.evaluate("navigator.clipboard.readText()")


def test_the_copied_link_is_the_address_with_readable_commas(new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    visit(page, "/activations?lang=en&explorer.functions=relu%2Cmish&explorer.x=-20%2C20")
    press(page, "Range of x — end", "ArrowRight")
    wait_for_link(page, **{"explorer.x": "-20,30"})
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    link = copied(page)
    assert link == page.url
    assert link.endswith(
        "/activations?lang=en&fig=explorer&explorer.functions=relu,mish&explorer.x=-20,30"
    )


WITHOUT_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined});"


def test_copying_without_the_clipboard_api(new_page):
    """On plain http other than localhost the API is missing; the older command does it."""
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    other = page.context.new_page()
    visit(other, "/?lang=ko")
    page.add_init_script(WITHOUT_CLIPBOARD)
    visit(page, "/activations?lang=en&explorer.functions=relu,mish")
    page.bring_to_front()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert copied(other) == page.url


def test_copying_by_hand_when_nothing_else_is_allowed(page):
    page.add_init_script(WITHOUT_CLIPBOARD + "document.execCommand = () => false;")
    visit(page, "/activations?lang=en&explorer.functions=relu,mish")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Please copy the link below yourself")).to_be_visible()
    field = page.get_by_role("textbox", name="Copy link")
    expect(field).to_be_visible()
    expect(field).to_have_value(page.url)


def test_nothing_is_asked_of_other_hosts(contexts, address):
    """A class without the internet sees the whole app, and no one else hears of the reader."""
    page = contexts(base_url=address, locale="en-US").new_page()
    page.emulate_media(color_scheme="dark")
    asked = []
    # Only listened to: Chromium's requests for icons are hidden where routes are set.
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/?lang=en", "/activations?lang=en"):
        visit(page, path)
    page.close()
    assert len(asked) > 10
    assert [url for url in asked if ELSEWHERE.match(url)] == []
