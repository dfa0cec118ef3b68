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


def test_the_bar_rises_with_each_turn_and_goes(monkeypatch):
    monkeypatch.setattr(module, "TURN", 0.0)
    Kept(Work(10)).get("a", "wait")
    *shares, last = Bar.shown
    assert last is None
    assert shares[:3] == [0.0, 0.0, 0.1] and shares[-1] == 1.0
    assert shares == sorted(shares) and len(set(shares)) == 11
    assert Bar.words == {"wait"}


def test_what_takes_a_moment_has_no_bar_and_waits_for_nobody():
    with module._TURNS:
        assert Kept(Work(3)).get("a") == ("a", 3)
    assert Bar.shown == []


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


def test_works_under_different_settings_take_turns(monkeypatch):
    """A short one that comes later is there before a long one ends."""
    monkeypatch.setattr(module, "TURN", 0.0)
    begun, order = threading.Event(), []

    def steps(laps):
        for lap in range(laps):
            begun.set()
            order.append(laps)
            if lap == 0 and laps == 1000:
                assert asked.wait(10)
            yield lap / laps, laps

    asked, kept = threading.Event(), Kept(steps)
    readers = [threading.Thread(target=kept.get, args=(laps, "wait")) for laps in (1000, 10)]
    readers[0].start()
    assert begun.wait(10)
    readers[1].start()
    while len(module._TURNS._asked) < 2:
        readers[1].join(0.001)
    asked.set()
    for reader in readers:
        reader.join(10)
    late = [place for place, laps in enumerate(order) if laps == 10]
    assert len(late) == 10 and late == list(range(1, 21, 2))


def test_turns_are_given_in_the_order_asked_for():
    turns, order = module.Turns(), []

    def ask(place):
        with turns:
            order.append(place)

    readers = [threading.Thread(target=ask, args=(place,)) for place in range(20)]
    with turns:
        for place, reader in enumerate(readers):
            reader.start()
            while len(turns._asked) < place + 2:
                reader.join(0.001)
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
        yield 1.0, settings

    def cut():
        with pytest.raises(RuntimeError, match="cut"):
            kept.get("a", "first")

    class Waiting(Bar):
        def progress(self, share, words):
            super().progress(share, words)
            if words == "second":
                drawn.set()

    monkeypatch.setattr(module.st, "progress", Waiting)
    kept, found = Kept(steps), []
    first = threading.Thread(target=cut)
    first.start()
    assert entered.wait(10)
    second = threading.Thread(target=lambda: found.append(kept.get("a", "second")))
    second.start()
    assert drawn.wait(10) and not found
    leave.set()
    first.join(10)
    second.join(10)
    assert found == ["a"] and not kept._working
