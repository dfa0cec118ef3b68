"""Memory stays bounded while readers come and go, without a collection after every run.

`.streamlit/config.toml` leaves garbage to Python's own collector, which comes every few dozen runs.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest

from tests.server import serving
from tests.visitor import visiting

psutil = pytest.importorskip("psutil", reason="reading a server's memory needs psutil")
pytestmark = pytest.mark.full

PAGES = ("activations", "losses", "training", "gradient_flow")
TOUCHES = 6  # sliders moved in a session: what comes first on the page
LONG = {"Seed", "Seeds", "Epochs", "Hidden layers", "Units in each layer"}  # train anew: only slow
WARM, ROUNDS = 3, 12  # rounds of one session a page; the first fill the caches
ALLOWED = 30  # MB: between two collections garbage of a few dozen runs, some 10 MB, comes and goes


def session(address, page, other):
    """The overview, a page, some of its sliders, another page, gone; how many runs that took."""
    with visiting(address) as visitor:
        visitor.open("", "lang=en")
        visitor.open(page, "lang=en")
        moved = [label for label in visitor.sliders if label not in LONG][:TOUCHES]
        for label in moved:
            visitor.press(label)
        visitor.open(other, "lang=en")
    return 3 + len(moved)


def growth(address, server):
    """By how many MB the server grows once it is warm, and how many runs it was asked for."""
    process = psutil.Process(server.pid)
    sizes, runs = [], 0
    with ThreadPoolExecutor(len(PAGES)) as readers:
        for _ in range(WARM + ROUNDS):
            addresses = [address] * len(PAGES)
            runs += sum(readers.map(session, addresses, PAGES, PAGES[1:] + PAGES[:1]))
            sizes.append(process.memory_info().rss / 2**20)
    third = ROUNDS // 3
    return median(sizes[-third:]) - median(sizes[WARM : WARM + third]), runs


FORGET = ("--server.disconnectedSessionTTL", "1")  # seconds; two minutes are for lost connections


def test_memory_is_bounded(tmp_path):
    with serving(tmp_path, *FORGET) as (address, server):
        grown, runs = growth(address, server)
    assert runs > 200
    assert grown < ALLOWED
