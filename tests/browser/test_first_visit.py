"""The first visit: by any address, in any browser's language."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.browser.reader import said, settle, visit, wait_for_link

pytestmark = pytest.mark.browser


def test_a_servers_first_visit_may_be_a_link_to_a_page(fresh_address, new_page):
    """Until st.navigation has run once, Streamlit runs the page's file alone, without app.py."""
    page = new_page(base_url=fresh_address)
    visit(page, "/activations?lang=en&explorer.functions=mish&neuron.function=relu")
    for name in ("Overview", "Activations"):
        expect(page.get_by_test_id("stSidebar").get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activations")
    assert said(page) == {"lang": "en", "explorer.functions": "mish", "neuron.function": "relu"}


@pytest.mark.parametrize(
    ("locale", "language", "title"),
    [("ko-KR", "ko", "개요"), ("en-US", "en", "Overview"), ("fr-FR", "en", "Overview")],
)
def test_the_browsers_language_is_spoken(new_page, locale, language, title):
    page = visit(new_page(locale=locale), "/")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert said(page) == {"lang": language}


def test_the_switch_changes_everything_and_keeps_the_state(page):
    visit(
        page, "/activations?lang=en&explorer.functions=relu,mish&explorer.x=-3,3&claim.mish.open=1"
    )
    expect(page.locator(".st-key-reading-mish")).to_be_visible()
    page.get_by_text("한국어", exact=True).click()
    wait_for_link(page, lang="ko")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("heading", level=1)).to_have_text("활성화 함수")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_role("link", name="개요")).to_be_visible()
    expect(sidebar.get_by_role("button", name="링크 복사")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_contain_text("미분값")
    expect(page.get_by_test_id("stMain")).not_to_contain_text("Measured")
    expect(page.get_by_test_id("stMain")).not_to_contain_text("Value and slope")
    # An opened claim stays open.
    expect(page.locator(".st-key-reading-mish")).to_be_visible()
    assert said(page) == {
        "lang": "ko",
        "explorer.functions": "relu,mish",
        "explorer.x": "-3,3",
        "claim.mish.open": "1",
    }
    # The language goes along to the other page.
    sidebar.get_by_role("link", name="개요").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("개요")
    assert said(settle(page)) == {"lang": "ko"}


HOSTILE = [
    "/activations?explorer.x=nan,inf&explorer.functions=bogus&lang=xx",
    "/activations?explorer.at=%3Cscript%3Edocument.title%3D'x'%3C%2Fscript%3E&lang=en",
    "/activations?lang=en&softmax.z1=1e400&softmax.classes=-5&softmax.temperature=0&claim.softmax.classes=1e9",
    "/activations?lang=en&explorer.functions=relu&explorer.functions=mish&%00=%ff&__proto__=1",
    "/?lang=en&" + "&".join(f"k{n}=v" for n in range(200)),
]
NOTICE = re.compile("Some settings in the link are not available|Unknown entries in the link")


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path[:30])
def test_a_hostile_link_gives_a_page_with_a_notice(page, path):
    visit(page, path)
    expect(page.get_by_text(NOTICE)).to_have_count(1)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.title().endswith(("Activations · dlbasic", "Overview · dlbasic"))
    if "activations" in path:
        before = page.url
        page.get_by_role("slider").first.press("ArrowRight")
        page.wait_for_function("before => location.href !== before", arg=before)
        settle(page)
        expect(page.get_by_text(NOTICE)).to_have_count(0)
