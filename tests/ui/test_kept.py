"""Results that take long: worked out once, kept for all readers, as many as fit."""

from __future__ import annotations

import threading

import pytest

from dlbasic.experiments.race import RaceSettings
from dlbasic.ui import kept as module
from dlbasic.ui.kept import Kept


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
    monkeypatch.setattr(module.st, "progress", Bar)


class Work:
    """Counts what is worked out; gives the settings back in ``laps`` steps."""

    def __init__(self, laps=4):
        self.laps, self.done = laps, []

    def __call__(self, settings):
        self.done.append(settings)
        for lap in range(self.laps + 1):
            yield lap / self.laps, (settings, lap)


def test_the_result_is_the_last_step():
    assert Kept(Work(7)).get("a", "wait") == ("a", 7)


def test_equal_settings_are_worked_out_once():
    work = Work()
    kept = Kept(work)
    first = kept.get(RaceSettings(seed=3), "wait")
    Bar.shown = []
    assert kept.get(RaceSettings(seed=3), "wait") is first
    assert Bar.shown == [], "no bar for what is known"
    kept.get(RaceSettings(seed=4), "wait")
    assert work.done == [RaceSettings(seed=3), RaceSettings(seed=4)]


def test_no_more_are_kept_than_the_bound():
    work = Work()
    kept = Kept(work, bound=3)
    for settings in range(50):
        kept.get(settings, "wait")
        assert len(kept._results) <= 3
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
    assert list(kept._results) == ["c", "a", "d"]
    assert kept.get("a", "wait") == ("a", 4)
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
    assert kept._results == {}
    assert kept.get("a", "wait") == ("a", 10)
    assert work.done == ["a", "a"]


def test_work_that_fails_leaves_no_result():
    def fail(settings):
        yield 0.5, "half"
        raise ValueError("no")

    kept = Kept(fail)
    with pytest.raises(ValueError, match="no"):
        kept.get("a", "wait")
    assert kept._results == {}


def test_the_bar_rises_in_visible_steps_and_goes():
    Kept(Work(1000)).get("a", "wait")
    *shares, last = Bar.shown
    assert last is None
    assert shares[0] == 0.0 and 0.9 < shares[-1] <= 1.0
    assert shares == sorted(shares) and 15 <= len(shares) <= 21
    assert Bar.words == {"wait"}


def test_a_share_above_one_is_drawn_as_one():
    def beyond(settings):
        yield 1.5, "done"

    assert Kept(beyond).get("a", "wait") == "done"
    assert Bar.shown == [0.0, 1.0, None]


def test_what_is_known_is_given_at_once_and_what_is_asked_twice_worked_out_once():
    """While one reader's race is worked out, and another asks for the same."""
    entered, leave, asked = threading.Event(), threading.Event(), []

    def slow(settings):
        asked.append(settings)
        if settings == "slow":
            entered.set()
            assert leave.wait(10)
        yield 1.0, settings

    kept = Kept(slow)
    kept.get("known", "wait")
    readers = [threading.Thread(target=kept.get, args=("slow", "wait")) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        assert entered.wait(10)
        assert kept.get("known", "wait") == "known"
        assert "slow" not in kept._results
    finally:
        leave.set()
        for reader in readers:
            reader.join(10)
    assert kept._results["slow"] == "slow" and asked == ["known", "slow"]
