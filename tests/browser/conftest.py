"""One server for all browser tests, a Chromium for each kind of reader; pages are watched."""

from __future__ import annotations

import re
import shutil
from typing import Any

import pytest

from tests.server import serving

# Pages of one site in one process, which keeps the scripts that it has compiled.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --process-per-site"
)
# Streamlit looks for its own server below the page's path first, which is not there.
EXPECTED_404 = re.compile(r"/_stcore/(health|host-config)$")
ELSEWHERE = re.compile(r"^https?://(?!localhost[:/])")
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"
MEDIA = ("color_scheme", "reduced_motion")
PATIENCE = 60_000  # milliseconds: far beyond what anything takes, short of a hanging suite


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as served:
        yield served


@pytest.fixture(scope="session")
def address(served):
    return served[0]


@pytest.fixture(scope="session")
def server(served):
    """The server's process, to see how busy it is."""
    psutil = pytest.importorskip("psutil", reason="reading a server's processor time needs psutil")
    return psutil.Process(served[1].pid)


@pytest.fixture
def fresh_address(tmp_path):
    """A server that nobody has visited yet."""
    with serving(tmp_path) as (address, _):
        yield address


@pytest.fixture(scope="session")
def playwright():
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="driving a browser needs Playwright"
    )
    with sync_api.sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def contexts(playwright, tmp_path_factory):
    """Readers' browsers by their options, kept from test to test with what they have cached.

    Each has a profile on disk: without one Chromium compiles Streamlit's scripts at every visit.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("driving a browser needs Chromium")
    kept: dict[str, Any] = {}

    def make(**options: Any) -> Any:
        if repr(options) not in kept:
            kept[repr(options)] = playwright.chromium.launch_persistent_context(
                tmp_path_factory.mktemp("profile"), executable_path=program,
                args=[*FLAGS.split(), NOWHERE_ELSE], viewport={"width": 1280, "height": 900},
                **options,
            )  # fmt: skip
            kept[repr(options)].set_default_timeout(PATIENCE)
            # The process ends with the last page of its site, and this one stays.
            kept[repr(options)].pages[0].goto("/_stcore/health")
        return kept[repr(options)]

    yield make
    for context in kept.values():
        context.close()


@pytest.fixture
def new_page(contexts, address):
    """Open pages, each a session of its own; afterwards none may have had an error."""
    problems: list[str] = []
    pages = []

    def heard(message: Any) -> None:
        if message.type == "error" and not EXPECTED_404.search(message.location.get("url", "")):
            problems.append(f"{message.text} ({message.location.get('url')})")

    def asked(request: Any) -> None:
        if ELSEWHERE.match(request.url):
            problems.append(f"asked another host for {request.url}")

    def make(viewport: Any = None, **options: Any) -> Any:
        # What a page can be told is no reason for another browser.
        media = {name: options.pop(name) for name in MEDIA if name in options}
        page = contexts(**{"base_url": address, "locale": "en-US", **options}).new_page()
        page.emulate_media(**media)
        if viewport:
            page.set_viewport_size(viewport)
        page.on("request", asked)  # with a route there would be no cache
        page.on("console", heard)
        page.on("pageerror", lambda error: problems.append(str(error)))
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.close()
    assert problems == []


@pytest.fixture
def page(new_page):
    return new_page()
