"""Behind nginx and under a path: everything is found, and a reader outlives a process."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="driving a browser needs Playwright")
from playwright.sync_api import expect

from tests.browser.board import play_to
from tests.browser.reader import press, said, settle, slider, visit, wait_for_link
from tests.deployed import deployed

pytestmark = pytest.mark.browser

ALPHA = "Leaky ReLU · negative slope α"
LINK = "/dlbasic/activations?lang=en&explorer.functions=leaky_relu&explorer.at=-2"
LINK += "&claim.mish.open=1"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with deployed(tmp_path_factory.mktemp("deployed")) as site:
        yield site


def process_of(page, site):
    """The port of the process that this reader is at, by the cookie."""
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "dlbasic"]
    assert int(cookie["value"]) in site.processes
    return int(cookie["value"])


def test_links_stay_under_the_path(new_page, site):
    page = visit(new_page(base_url=site.address), "/dlbasic?lang=en")
    links = page.locator("a").evaluate_all("links => links.map(link => link.href)")
    ours = [link for link in links if link.startswith(site.address)]
    assert len(ours) > 4
    assert [link for link in ours if not link.startswith(f"{site.address}/dlbasic/")] == []
    page.get_by_test_id("stSidebar").get_by_role("link", name="Activations").first.click()
    page.wait_for_selector(".st-key-card-mish")
    assert settle(page).url.startswith(f"{site.address}/dlbasic/activations")


def test_the_player_is_found_under_the_path(new_page, site):
    page = visit(new_page(base_url=site.address), "/dlbasic/training?lang=en")
    play_to(page, 2)


def test_when_a_process_is_killed_its_readers_go_on_at_another(contexts, site):
    page = contexts(base_url=site.address, locale="en-US").new_page()
    visit(page, LINK)
    press(page, ALPHA, "ArrowRight", times=3)
    wait_for_link(page, **{"leaky_relu.alpha": "0.04"})
    first = process_of(page, site)
    with page.expect_websocket() as another:
        site.kill(first)
    page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    assert process_of(page, site) != first
    with another.value.expect_event("framereceived"):  # it answers a touch, and knows the setting
        page.get_by_text("Mish", exact=True).first.click()
    # What the reader moved first, when the new process knew no more than the link, is not undone.
    page.wait_for_function("() => location.search.includes('mish')")
    expect(page.get_by_role("button", name="Mish", pressed=True)).to_be_visible()
    assert said(settle(page))["leaky_relu.alpha"] == "0.04"
    expect(slider(page, ALPHA)).to_have_attribute("aria-valuetext", "0.04")
    expect(page.get_by_role("table").filter(has_text="Value f(x)")).to_contain_text("−0.08")

    # The reader stays there when the first is back: the file to download is kept there alone.
    site.start(first)
    page.get_by_text("How this was judged").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV")).first.click()
    assert download.value.path().read_text("utf-8-sig").count("\n") > 10
    page.close()
