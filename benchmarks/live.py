"""The Playground as it is watched: in a browser, and by a class of 35 on the same server.

The browser is a headless Chromium that draws by software; the class is ``benchmarks/watchers.py``.
All run on one machine with the server, so the figures hold for that machine and how busy it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks.watchers import PATIENCE, cpu_seconds, watching_class

ROOT = Path(__file__).parent.parent
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
PRESSES = 5  # of Play, to see how soon the first frame comes


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, psutil.Process]]:
    """The app on a free port, as ``streamlit run app.py`` serves it, and its process."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port: int = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
         "--server.port", str(port), "--server.fileWatcherType", "none"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ,
    )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit(
                        "The server does not start: try `streamlit run app.py`."
                    ) from None
                time.sleep(0.1)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(10)


@dataclass(frozen=True)
class Watch:
    """What one reader watches: the settings in the link."""

    name: str
    link: str = ""


_SIX = "&layers=8,8,8,8,8,8"
_FAST = "&live.speed=max"
WATCHES = [  # 240 points to train on, in batches of 10
    Watch("two hidden layers of 8"),
    Watch("six hidden layers of 8", _SIX),
    Watch("two hidden layers of 8, as fast as it goes", _FAST),
    Watch("six hidden layers of 8, as fast as it goes", _SIX + _FAST),
    Watch("five-armed spiral, two of 16, batches of 1", "&data=spiral5&layers=16,16&batch=1"),
]

# Milliseconds from a press of Play to the picture after it, the next time the screen is drawn.
_PRESS = """board => new Promise(seen => {
  const start = performance.now();
  new MutationObserver((_, watch) => {
    watch.disconnect();
    requestAnimationFrame(() => seen(performance.now() - start));
  }).observe(board, {attributeFilter: ['data-frame']});
  board.querySelector('.toggle').click();
})"""


# Plays so many milliseconds, or to the run's end: after it nothing is drawn.
_PLAYED = """(board, most) => new Promise(done => {
  setTimeout(done, most);
  new MutationObserver(() => board.dataset.state === 'ended' && done()).observe(
    board, {attributeFilter: ['data-state']});
})"""


def _in_a_browser(port: int, server: psutil.Process, seconds: float) -> list[dict[str, Any]]:
    """A row for each watch."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit(
            "Watching in a browser needs Playwright: pip install -r requirements-dev.txt"
        ) from None
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("Watching in a browser needs Chromium: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        page = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(1000 * PATIENCE)
        rows = [_watch(page, port, server, watch, seconds) for watch in WATCHES]
        browser.close()
    return rows


def _watch(
    page: Any, port: int, server: psutil.Process, watch: Watch, seconds: float
) -> dict[str, Any]:
    """Open the page, press Play a few times, then watch; the row."""
    page.goto(f"http://localhost:{port}/training?lang=en&fig=live&share=0.6{watch.link}")
    board = page.locator(".board")
    page.wait_for_selector(".board[data-epoch]")
    page.wait_for_selector(".st-key-share")
    page.wait_for_selector(SETTLED)
    before = cpu_seconds(server)
    page.wait_for_timeout(1000)
    idle = cpu_seconds(server) - before

    presses = []
    for _ in range(PRESSES):
        presses.append(board.evaluate(_PRESS))
        board.locator(".toggle").click()
    received = [0]

    def heard(event: dict[str, Any]) -> None:
        if event["response"]["opcode"] == 2:  # binary, told in base64
            received[0] += len(event["response"]["payloadData"]) * 3 // 4

    inside = page.context.new_cdp_session(page)
    inside.on("Network.webSocketFrameReceived", heard)
    inside.send("Network.enable")
    inside.send("Performance.enable")

    def now() -> dict[str, float]:
        metrics = {m["name"]: m["value"] for m in inside.send("Performance.getMetrics")["metrics"]}
        data = board.evaluate("({dataset}) => ({...dataset})")
        return {
            **{name: int(data[name]) for name in ("drawn", "epoch", "known")},
            "wall": metrics["Timestamp"],
            "busy": metrics["TaskDuration"],
            "cpu": cpu_seconds(server),
            "bytes": received[0],
        }

    page.get_by_role("button", name="Reset").click()
    board.locator(".toggle").click()
    start = now()
    board.evaluate(_PLAYED, 1000 * seconds)
    end = now()
    page.get_by_role("button", name="Reset").click()
    inside.detach()
    spent = {name: end[name] - start[name] for name in start}
    frames = max(spent["known"], 1)
    return {
        "work": f"watching, {watch.name}",
        "drawn_fps": spent["drawn"] / spent["wall"],
        "epochs_per_second": spent["epoch"] / spent["wall"],
        "kb_per_frame": spent["bytes"] / 1024 / frames,
        "server_ms_per_frame": 1000 * (spent["cpu"] - idle * spent["wall"]) / frames,
        "main_thread_share": spent["busy"] / spent["wall"],
        "play_to_frame_ms": statistics.median(presses),
    }


def measure(rounds: int) -> list[dict[str, Any]]:
    """Rows for one browser and for a class; ``rounds`` is the seconds that the class watches."""
    with serving() as (port, server):
        rows = _in_a_browser(port, server, rounds / 7)
        return rows + asyncio.run(watching_class(port, server, rounds))


_COLUMNS = {
    "drawn_fps": ("drawn/s", ".1f"), "epochs_per_second": ("epochs/s", ".1f"),
    "kb_per_frame": ("kB/frame", ".2f"), "server_ms_per_frame": ("server ms/frame", ".2f"),
    "main_thread_share": ("main thread", ".0%"), "play_to_frame_ms": ("Play to frame ms", ".0f"),
    "chunks": ("chunks", "d"), "frames_per_chunk": ("frames each", ".1f"), "late": ("late", "d"),
    "p50_ms": ("p50 ms", ".0f"), "p95_ms": ("p95 ms", ".0f"), "worst_ms": ("worst ms", ".0f"),
    "least_margin_ms": ("least margin ms", ".0f"), "server_cores": ("cores", ".2f"),
    "memory_mb": ("MB", ".0f"), "mb_per_session": ("MB each", ".2f"),
    "open_p50_s": ("open p50 s", ".1f"), "open_p95_s": ("p95 s", ".1f"),
}  # fmt: skip


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text: one table for the browser, one for the class."""
    lines: list[str] = []
    shown: list[str] = []
    for row in rows:
        names = [name for name in _COLUMNS if name in row]
        if names != shown:
            shown = names
            titles = "  ".join(_COLUMNS[name][0] for name in names)
            lines += ["", f"{'work':58}  {titles}"] if lines else [f"{'work':58}  {titles}"]
        cells = (
            format(row[name], style).rjust(len(title))
            for name in names
            for title, style in [_COLUMNS[name]]
        )
        lines.append(f"{row['work']:58}  {'  '.join(cells)}")
    return "\n".join(lines)
