"""Works that a worker process can find by their names, for the tests of what takes long."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple


class Step(NamedTuple):
    """How far a work has come, and what it has by then."""

    share_done: float
    found: Any


def laps(settings):
    """Four laps, and who has run them."""
    for lap in range(5):
        yield Step(lap / 4, (settings, lap, os.getpid()))


def until_told(settings):
    """Goes on until the file ``go`` is there; writes a line into ``log`` when it begins."""
    folder = Path(settings[0])
    with (folder / "log").open("a") as log:
        log.write(f"{settings}\n")
    while not (folder / "go").exists():
        yield Step(0.5, None)
        time.sleep(0.01)
    yield Step(1.0, settings)


def dies(settings):
    """As if the system had taken it for lack of memory."""
    yield Step(0.5, None)
    os._exit(9)


def fails(settings):
    yield Step(0.5, None)
    raise ValueError(f"no {settings}")


def prints(settings):
    print("in between")
    yield Step(1.0, settings)


def swallows(settings):
    """Asks for ever more memory."""
    held = []
    while True:
        held.append(bytearray(16 * 2**20))
        yield Step(min(1.0, len(held) / 100), len(held))


LEFT = []  # what works have left in their process


def leaves(settings):
    """A work that takes some of its process's memory and keeps it."""
    LEFT.append(bytearray(160 * 2**20))
    yield Step(1.0, len(LEFT))


def modules(names):
    """Which of the modules are loaded, and the resident memory in MB (0 where it is not told)."""
    status = Path("/proc/self/status")
    told = status.read_text() if status.exists() else ""
    resident = [line.split()[1] for line in told.splitlines() if line.startswith("VmRSS")]
    loaded = [name for name in names if sys.modules.get(name) is not None]
    yield Step(1.0, (loaded, int(resident[0]) / 1024 if resident else 0.0))


def imports(names):
    for name in names:
        importlib.import_module(name)
    yield Step(1.0, None)
