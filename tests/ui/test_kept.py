"""Results that take long: worked out once, kept for all readers, as many as fit."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, NamedTuple

import pytest
import streamlit as st

from dlbasic.figures.training.compare.measure import Compare
from dlbasic.ui import kept as module
from dlbasic.ui.kept import Kept, Turns


class Bar:
    """What a progress bar is told."""

    shown: list[float]

    def __init__(self, share, words):
        Bar.shown = [share]
        Bar.words = {words}

    def progress(self, share, words):
        assert 0.0 <= share <= 1.0
        Bar.shown.append(share)
        Bar.words.add(words)

    def empty(self):
        Bar.shown.append(None)


@pytest.fixture(autouse=True)
def bar(monkeypatch):
    Bar.shown = []
    monkeypatch.setattr(st, "progress", Bar)


class Step(NamedTuple):
    """How far a work has come, and what it has by then."""

    share_done: float
    found: Any


class Work:
    """Counts what is worked out; gives the settings back in ``laps`` steps."""

    def __init__(self, laps=4):
        self.laps, self.done = laps, []

    def __call__(self, settings):
        self.done.append(settings)
        for lap in range(self.laps + 1):
            yield Step(lap / self.laps, (settings, lap))


def test_the_result_is_the_last_step():
    assert Kept(Work(7)).get("a", "wait").found == ("a", 7)


def test_equal_settings_are_worked_out_once():
    work = Work()
    kept = Kept(work)
    first = kept.get(Compare(seed=3), "wait")
    Bar.shown = []
    assert kept.get(Compare(seed=3), "wait") is first
    assert Bar.shown == [], "no bar for what is known"
    kept.get(Compare(seed=4), "wait")
    assert work.done == [Compare(seed=3), Compare(seed=4)]


def test_no_more_are_kept_than_the_bound():
    work = Work()
    kept = Kept(work, bound=3)
    for settings in range(50):
        kept.get(settings, "wait")
    assert [kept.peek(settings) is not None for settings in range(45, 50)] == [
        False, False, True, True, True,
    ]  # fmt: skip
    for settings in (47, 48, 49):
        kept.get(settings, "wait")
    assert work.done == list(range(50))


def test_what_was_read_last_goes_last():
    work = Work()
    kept = Kept(work, bound=3)
    for settings in "abc":
        kept.get(settings, "wait")
    kept.get("a", "wait")
    kept.get("d", "wait")  # b has not been read for longest
    assert kept.peek("b") is None and all(map(kept.peek, "cad"))
    assert kept.get("a", "wait").found == ("a", 4)
    assert work.done == list("abcd")
    kept.get("b", "wait")
    assert work.done == list("abcdb")


@pytest.mark.parametrize("cut", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_work_that_is_cut_short_leaves_no_result(monkeypatch, cut):
    """Streamlit ends a script where it draws, with an exception of its own."""
    work = Work(10)
    kept = Kept(work)

    def stop(self, share, words):
        raise cut

    with monkeypatch.context() as patch:
        patch.setattr(Bar, "progress", stop)
        with pytest.raises(cut):
            kept.get("a", "wait")
    assert kept.peek("a") is None
    assert kept.get("a", "wait").found == ("a", 10)
    assert work.done == ["a", "a"]


def test_work_that_fails_leaves_no_result():
    def fail(settings):
        yield Step(0.5, "half")
        raise ValueError("no")

    kept = Kept(fail)
    with pytest.raises(ValueError, match="no"):
        kept.get("a", "wait")
    assert kept.peek("a") is None


def test_the_bar_rises_with_each_turn_and_goes(monkeypatch):
    monkeypatch.setattr(module, "TURN", 0.0)
    Kept(Work(10)).get("a", "wait")
    *shares, last = Bar.shown
    assert last is None
    assert shares[:3] == [0.0, 0.0, 0.1] and shares[-1] == 1.0
    assert shares == sorted(shares) and len(set(shares)) == 11
    assert Bar.words == {"wait"}


def test_what_takes_a_moment_has_no_bar_and_waits_for_nobody():
    """Not even for one whose turn it is, and does not end."""
    entered, leave, left = threading.Event(), threading.Event(), []

    def slow(settings):
        entered.set()
        left.append(leave.wait(10))
        yield Step(1.0, settings)

    reader = threading.Thread(target=Kept(slow).get, args=("slow", "wait"))
    reader.start()
    try:
        assert entered.wait(10)
        Bar.shown = []
        assert Kept(Work(3)).get("a").found == ("a", 3)
        assert Bar.shown == []
        assert left == []
    finally:
        leave.set()
        reader.join(10)


def test_a_share_above_one_is_drawn_as_one():
    def beyond(settings):
        yield Step(1.5, "done")

    assert Kept(beyond).get("a", "wait").found == "done"
    assert Bar.shown == [0.0, 1.0, None]


def test_what_is_known_is_given_at_once_and_what_is_asked_twice_worked_out_once():
    """While one reader's race is worked out, and another asks for the same."""
    entered, leave, asked = threading.Event(), threading.Event(), []

    def slow(settings):
        asked.append(settings)
        if settings == "slow":
            entered.set()
            assert leave.wait(10)
        yield Step(1.0, settings)

    kept = Kept(slow)
    kept.get("known", "wait")
    readers = [threading.Thread(target=kept.get, args=("slow", "wait")) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        assert entered.wait(10)
        assert kept.get("known", "wait").found == "known"
        assert kept.peek("slow") is None
    finally:
        leave.set()
        for reader in readers:
            reader.join(10)
    assert kept.get("slow").found == "slow" and asked == ["known", "slow"]


def test_works_under_different_settings_take_turns(monkeypatch):
    """A short one that comes later is there before a long one ends; never do both work at once."""
    monkeypatch.setattr(module, "TURN", 0.0)
    begun, short_is_done, working = threading.Event(), threading.Event(), threading.Lock()

    def steps(settings):
        for lap in range(10**6 if settings == "long" else 10):
            assert working.acquire(blocking=False)
            begun.set()
            time.sleep(0)  # lets others run
            working.release()
            yield Step(0.5, (settings, lap))
            if settings == "long" and short_is_done.is_set():
                return

    kept, found = Kept(steps), {}

    def ask(settings):
        found[settings] = kept.get(settings, "wait").found

    readers = [threading.Thread(target=ask, args=(settings,)) for settings in ("long", "short")]
    readers[0].start()
    assert begun.wait(10)
    readers[1].start()
    readers[1].join(10)
    assert found == {"short": ("short", 9)}
    short_is_done.set()
    readers[0].join(10)
    assert found["long"][1] < 10**6 - 1


def test_turns_are_given_in_the_order_asked_for(monkeypatch):
    asked = threading.Semaphore(0)

    class Queue(deque):  # says when somebody has come
        def append(self, one):
            super().append(one)
            asked.release()

    monkeypatch.setattr(module, "deque", Queue)
    turns, order = Turns(), []

    def ask(place):
        with turns:
            order.append(place)

    readers = [threading.Thread(target=ask, args=(place,)) for place in range(20)]
    with turns:
        assert asked.acquire(timeout=10)
        for reader in readers:
            reader.start()
            assert asked.acquire(timeout=10)
    for reader in readers:
        reader.join(10)
    assert order == list(range(20))


def test_who_waits_for_anothers_work_goes_on_where_that_is_cut_short(monkeypatch):
    """The bar of who waits is drawn meanwhile, which lets Streamlit stop the script."""
    monkeypatch.setattr(module, "TURN", 0.001)
    entered, leave, drawn = threading.Event(), threading.Event(), threading.Event()

    def steps(settings):
        if not entered.is_set():
            entered.set()
            assert leave.wait(10)
            raise RuntimeError("cut")
        yield Step(1.0, settings)

    def cut():
        with pytest.raises(RuntimeError, match="cut"):
            kept.get("a", "first")

    class Waiting(Bar):
        def progress(self, share, words):
            super().progress(share, words)
            if words == "second":
                drawn.set()

    monkeypatch.setattr(st, "progress", Waiting)
    kept, found = Kept(steps), []
    first = threading.Thread(target=cut)
    first.start()
    assert entered.wait(10)
    second = threading.Thread(target=lambda: found.append(kept.get("a", "second").found))
    second.start()
    assert drawn.wait(10) and not found
    leave.set()
    first.join(10)
    second.join(10)
    assert found == ["a"]
