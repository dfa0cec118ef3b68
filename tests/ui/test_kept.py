"""Results that take long: worked out once beside the readers, kept for all, as many as fit."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from dlbasic.figures.training.compare.measure import Compare, run_race
from dlbasic.text import both
from dlbasic.ui import kept as module
from dlbasic.ui import pool
from dlbasic.ui.kept import Kept, NotMeasuredError, let_touches_in
from dlbasic.ui.pool import Pool
from tests.ui import long_work
from tests.ui.long_work import Step

WAIT = both("wait")


class Bar:
    """What a progress bar is told."""

    shown: list[float | None]
    words: list[str]

    def __init__(self, share, words):
        Bar.shown.append(share)
        Bar.words.append(words)

    def progress(self, share, words):
        assert 0.0 <= share <= 1.0
        Bar.shown.append(share)
        Bar.words.append(words)

    def empty(self):
        Bar.shown.append(None)


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """The bar's shares and words."""
    Bar.shown, Bar.words = [], []
    monkeypatch.setattr(st, "progress", Bar)
    monkeypatch.setattr(module, "LOOK", 0.001)


def reason(kept, settings="a"):
    """Why there is no result."""
    with pytest.raises(NotMeasuredError) as failed:
        kept.get(settings, WAIT, "en")
    assert kept.peek(settings) is None
    return failed.value.reason


@pytest.fixture
def own_pool(monkeypatch):
    """Pools made in a test stand in for the app's."""

    def made(**options):
        monkeypatch.setattr(module, "POOL", Pool(**{"idle": 0.2, **options}))
        return module.POOL

    return made


def until(holds):
    """Wait for what is to come, however slow the machine is."""
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it has not come")


class Work:
    """Counts what is worked out; gives the settings back in ``laps`` steps."""

    def __init__(self, laps=4):
        self.laps, self.done = laps, []

    def __call__(self, settings):
        self.done.append(settings)
        for lap in range(self.laps + 1):
            yield Step(lap / self.laps, (settings, lap))


class Reader(threading.Thread):
    """Asks for a result, and is cut short when told, as Streamlit does it, where a bar is drawn."""

    def __init__(self, kept, settings):
        super().__init__(daemon=True)
        self.kept, self.settings, self.gone, self.drew = kept, settings, False, 0
        self.found = None
        self.start()

    def run(self):
        try:
            self.found = self.kept.get(self.settings, WAIT, "en")
        except InterruptedError:
            self.found = "cut"

    @staticmethod
    def draws():
        own = threading.current_thread()
        if isinstance(own, Reader):
            own.drew += 1
            if own.gone:
                raise InterruptedError


@pytest.fixture
def reader(monkeypatch):
    monkeypatch.setattr(Bar, "progress", lambda *_: Reader.draws())
    return Reader


# What takes a moment is worked out here


def test_the_result_is_the_last_step_and_without_a_bar():
    assert Kept(Work(7)).at_once("a").found == ("a", 7)
    assert Bar.shown == []


def test_no_more_are_kept_than_the_bound():
    work = Work()
    kept = Kept(work, bound=3)
    for settings in range(50):
        kept.at_once(settings)
    assert [kept.peek(settings) is not None for settings in range(45, 50)] == [
        False, False, True, True, True,
    ]  # fmt: skip
    for settings in (47, 48, 49):
        kept.at_once(settings)
    assert work.done == list(range(50))


def test_no_more_are_kept_than_there_is_memory_for(monkeypatch):
    monkeypatch.setattr(module, "BYTES", 3000)
    kept = Kept(lambda size: iter([Step(1.0, b"." * size)]))
    for settings in (900, 901, 902, 5000, 100, 1000):
        kept.at_once(settings)
    held = [size for size in (900, 901, 902, 5000, 100, 1000) if kept.peek(size)]
    assert held == [100, 1000]
    assert kept.at_once(9000).found and kept.peek(9000), "the last is kept, however large"


def test_what_was_read_last_goes_last():
    work = Work()
    kept = Kept(work, bound=3)
    for settings in "abc":
        kept.at_once(settings)
    kept.at_once("a")
    kept.at_once("d")  # b has not been read for longest
    assert kept.peek("b") is None and all(map(kept.peek, "cad"))
    assert kept.at_once("a").found == ("a", 4)
    assert work.done == list("abcd")
    kept.at_once("b")
    assert work.done == list("abcdb")


def test_what_fails_leaves_no_result():
    kept = Kept(long_work.fails)
    with pytest.raises(ValueError, match="no a"):
        kept.at_once("a")
    assert kept.peek("a") is None


def test_what_is_asked_twice_at_a_time_is_worked_out_once_even_where_a_first_one_failed():
    """Three readers: the first one's work fails while the others wait for it."""
    entered, leave, working = threading.Event(), threading.Event(), threading.Lock()
    work = Work()

    def steps(settings):
        assert working.acquire(blocking=False), "one at a time"
        try:
            if not entered.is_set():
                entered.set()
                assert leave.wait(10)
                raise ValueError("cut")
            yield from work(settings)
        finally:
            working.release()

    kept, found = Kept(steps), []

    def ask():
        try:
            found.append(kept.at_once("a"))
        except ValueError as error:
            found.append(str(error))

    readers = [threading.Thread(target=ask) for _ in range(3)]
    readers[0].start()
    assert entered.wait(10)
    for later in readers[1:]:
        later.start()
    leave.set()
    for each in readers:
        each.join(10)
    assert work.done == ["a"] and found.count("cut") == 1 and len(found) == 3


# What takes long is worked out by another process


def test_long_work_is_done_by_another_process_once(own_pool):
    own_pool()
    kept = Kept(long_work.laps)
    first = kept.get("a", WAIT, "en")
    settings, lap, process = first.found
    assert (settings, lap) == ("a", 4) and process != os.getpid()
    assert Bar.shown[0] == 0.0 and Bar.shown[-1] is None and set(Bar.words) == {"wait"}
    Bar.shown = []
    assert kept.get("a", WAIT, "en") is first and kept.peek("a") is first
    assert Bar.shown == [], "no bar for what is known"
    assert kept.get("b", WAIT, "en").found[2] == process, "the same process goes on"


def test_its_numbers_are_those_that_this_process_would_have_got():
    settings = Compare(epochs=20, seed=3)
    *_, here = run_race(settings)
    there = Kept(run_race).get(settings, WAIT, "en")
    assert there.middle.tobytes() == here.middle.tobytes()
    assert there.accuracy.tobytes() == here.accuracy.tobytes()
    assert there.standings(0.1) == here.standings(0.1)


def test_the_bar_shows_how_far_it_is(tmp_path, monkeypatch):
    seen = threading.Event()

    def progress(self, share, words):
        if share == 0.5:
            seen.set()
            (tmp_path / "go").touch()

    monkeypatch.setattr(Bar, "progress", progress)
    assert Kept(long_work.until_told).get((str(tmp_path), "a"), WAIT, "en")
    assert seen.is_set()


def test_readers_of_the_same_settings_share_a_run_and_it_ends_with_the_last(
    tmp_path, monkeypatch, reader, own_pool
):
    """Who comes while others wait never begins a second run, even where the first reader went."""
    monkeypatch.setattr(module, "GRACE", 0.0)
    own_pool()
    kept, settings = Kept(long_work.until_told), (str(tmp_path), "a")
    readers = [reader(kept, settings) for _ in range(2)]
    until(lambda: (tmp_path / "log").exists() and all(each.drew for each in readers))
    readers[0].gone = True
    readers[0].join(10)
    readers.append(reader(kept, settings))
    until(lambda: readers[2].drew > 3)
    (tmp_path / "go").touch()
    for each in readers:
        each.join(10)
    assert readers[0].found == "cut"
    assert readers[1].found.found == readers[2].found.found == settings
    assert (tmp_path / "log").read_text().count("\n") == 1


def test_a_run_without_readers_is_stopped_and_leaves_no_result(
    tmp_path, monkeypatch, reader, own_pool
):
    monkeypatch.setattr(module, "GRACE", 0.0)
    own_pool()
    kept, settings = Kept(long_work.until_told), (str(tmp_path), "a")
    alone = reader(kept, settings)
    until(lambda: (tmp_path / "log").exists() and alone.drew)
    ((run, _),) = kept._runs.values()
    worker = run.process
    alone.gone = True
    alone.join(10)
    assert run.ended.wait(10) and run.stopped and worker.wait(10) != 0
    assert alone.found == "cut" and kept.peek(settings) is None and not kept._runs
    (tmp_path / "go").touch()
    assert kept.get(settings, WAIT, "en").found == settings
    assert (tmp_path / "log").read_text().count("\n") == 2


def test_a_reader_who_comes_back_at_once_finds_the_run_going_on(
    tmp_path, monkeypatch, reader, own_pool
):
    """A touch of another control begins the script anew, and that asks anew."""
    monkeypatch.setattr(module, "GRACE", 1000.0)
    own_pool()
    kept, settings = Kept(long_work.until_told), (str(tmp_path), "a")
    first = reader(kept, settings)
    until(lambda: (tmp_path / "log").exists() and first.drew)
    first.gone = True
    first.join(10)
    again = reader(kept, settings)
    until(lambda: again.drew)
    (tmp_path / "go").touch()
    again.join(10)
    assert again.found.found == settings
    assert (tmp_path / "log").read_text().count("\n") == 1


def test_the_next_in_turn_waits_for_nobody_while_its_worker_begins(monkeypatch):
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    pools = Pool(workers=2)
    runs = [pool.Run(long_work.laps, number, lambda result, size: None) for number in range(4)]
    for run in runs:
        pools.begin(run)
    assert [pools.before(run) for run in runs] == [0, 0, 1, 2]


def test_who_waits_for_other_works_is_told_how_many(tmp_path, own_pool):
    own_pool()
    slow, quick = Kept(long_work.until_told), Kept(long_work.laps)
    first = threading.Thread(target=slow.get, args=((str(tmp_path), "a"), WAIT, "en"))
    first.start()
    until(lambda: (tmp_path / "log").exists())
    second = threading.Thread(target=quick.get, args=("b", WAIT, "en"))
    second.start()
    until(lambda: "wait (after 1 that came before)" in Bar.words)
    (tmp_path / "go").touch()
    first.join(10)
    second.join(10)
    assert quick.peek("b").found[:2] == ("b", 4)


# What goes wrong


def test_a_worker_that_dies_is_told_and_the_next_work_has_another(own_pool):
    own_pool()
    assert reason(Kept(long_work.dies)) is pool.LOST
    assert Kept(long_work.laps).get("b", WAIT, "en").found[:2] == ("b", 4)


def test_what_fails_in_the_worker_raises_here_and_it_goes_on(own_pool):
    own_pool()
    with pytest.raises(RuntimeError, match="ValueError: no a"):
        Kept(long_work.fails).get("a", WAIT, "en")
    assert Kept(long_work.laps).get("b", WAIT, "en").found[:2] == ("b", 4)


def test_what_a_work_prints_does_not_stand_in_its_answer(own_pool):
    own_pool()
    assert Kept(long_work.prints).get("a", WAIT, "en").found == "a"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux bounds a process's data")
def test_a_work_that_wants_too_much_memory_is_ended(own_pool):
    own_pool()
    assert reason(Kept(long_work.swallows)) is pool.MEMORY
    assert Kept(long_work.laps).get("b", WAIT, "en").found[:2] == ("b", 4)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux bounds a process's data")
def test_what_other_works_have_left_is_not_in_its_way(own_pool):
    """Where two do not fit into one worker, the second gets another."""
    own_pool()
    kept = Kept(long_work.leaves)
    assert [kept.get(name, WAIT, "en").found for name in "abc"] == [1, 1, 1]


def test_a_work_that_takes_too_long_is_ended(tmp_path, own_pool):
    own_pool(seconds=0.05)
    assert reason(Kept(long_work.until_told), (str(tmp_path), "a")) is pool.TOO_LONG


def test_where_too_many_wait_nobody_more_is_taken(own_pool):
    own_pool(queue=0)
    assert reason(Kept(long_work.laps)) is pool.FULL


# The worker


def test_a_worker_ends_when_there_is_nothing_to_do_and_another_begins(own_pool):
    own_pool(idle=0.0)
    kept = Kept(long_work.laps)
    process = kept.get("a", WAIT, "en").found[2]
    until(lambda: module.POOL._keepers == 0)
    with pytest.raises(ProcessLookupError):
        until(lambda: os.kill(process, 0))
    assert kept.get("b", WAIT, "en").found[2] != process


def test_a_worker_has_what_measures_and_nothing_that_shows(own_pool):
    """After every long measure has been there, and each figure's folder was opened."""
    own_pool()
    Kept(run_race).get(Compare(epochs=1), WAIT, "en")
    measures = [
        f"dlbasic.figures.{path.parent.parent.name}.{path.parent.name}.measure"
        for path in (Path(pool.__file__).parents[1] / "figures").glob("*/*/measure.py")
    ]
    unwanted = (
        "streamlit",
        "altair",
        "pyarrow",
        "pandas.core",
        "dlbasic.figures.training.compare.show",
    )
    Kept(long_work.imports).get(tuple(measures), WAIT, "en")
    loaded, megabytes = Kept(long_work.modules).get((*unwanted, *measures), WAIT, "en").found
    assert loaded == measures and len(measures) > 10
    assert megabytes < 60


# A touch that Streamlit keeps waiting


@pytest.mark.parametrize(("fragments", "scope"), [(["one"], "fragment"), ([], "app")])
def test_a_touch_that_waits_for_this_run_begins_it_anew(monkeypatch, fragments, scope):
    requests, asked = ScriptRequests(), []
    context = SimpleNamespace(script_requests=requests, fragment_ids_this_run=fragments)
    monkeypatch.setattr(module, "get_script_run_ctx", lambda **_: context)
    monkeypatch.setattr(st, "rerun", lambda scope: asked.append(scope))
    let_touches_in()
    assert asked == []
    requests.request_rerun(RerunData(fragment_id="one"))
    let_touches_in()
    assert asked == [scope]
