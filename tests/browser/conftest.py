"""One server and one Chromium for all browser tests; every page is watched for errors."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
# Streamlit looks for its own server below the page's path first, which is not there.
EXPECTED_404 = re.compile(r"/_stcore/(health|host-config)$")
ELSEWHERE = re.compile(r"^https?://(?!localhost[:/])")
PATIENCE = 60_000  # milliseconds: far beyond what anything takes, short of a hanging suite


@contextlib.contextmanager
def serving(folder: Path):
    """The app, never yet visited, and its process; its log must stay free of exceptions."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with log.open("wb") as written:
        server = subprocess.Popen(
            [*command, "--server.port", str(port), "--server.fileWatcherType", "none"],
            cwd=ROOT, stdout=written, stderr=written, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    address = f"http://localhost:{port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.1)
        yield address, server
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)
    said = log.read_text("utf-8")
    assert "Traceback" not in said and "Exception" not in said, said


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
def chromium():
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="driving a browser needs Playwright"
    )
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("driving a browser needs Chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(chromium):
    """Readers' browsers by their options, kept from test to test with what they have cached."""
    kept: dict[str, Any] = {}

    def make(**options: Any) -> Any:
        if repr(options) not in kept:
            kept[repr(options)] = chromium.new_context(**options)
            kept[repr(options)].set_default_timeout(PATIENCE)
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

    def elsewhere(route: Any) -> None:
        problems.append(f"asked another host for {route.request.url}")
        route.fulfill(status=204)

    def make(**options: Any) -> Any:
        usual = {
            "base_url": address,
            "locale": "en-US",
            "viewport": {"width": 1280, "height": 900},
        }
        page = contexts(**usual | options).new_page()
        page.route(ELSEWHERE, elsewhere)
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
