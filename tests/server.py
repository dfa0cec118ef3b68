"""The app as a process of its own, as ``streamlit run app.py`` serves it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nobody listens at this port."""
    with socket.socket() as tried:
        return tried.connect_ex(("localhost", port)) != 0


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the app answers at this address, or say what its log says."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a process that a test has started."""
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(10)


@contextlib.contextmanager
def serving(
    folder: Path, *options: str, script: str | Path = "app.py"
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The app, never yet visited, and its process; its log must stay free of exceptions."""
    port = free_port()
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.headless", "true", "--server.port", str(port), *options]
    command += ["--server.fileWatcherType", "none"]
    with log.open("wb") as written:
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=written, stderr=written,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    address = f"http://localhost:{port}"
    try:
        wait_until_healthy(address, server, log)
        yield address, server
    finally:
        stop(server)
    said = log.read_text("utf-8")
    assert "Traceback" not in said and "Exception" not in said, said
