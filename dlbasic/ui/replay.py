"""From a run that can be watched to the frames that the player shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pandas as pd
import streamlit as st

from dlbasic.charts.sheet import csv
from dlbasic.measures.replay import MAX_EPOCHS, Replay
from dlbasic.params import Mark
from dlbasic.text import Language, Text
from dlbasic.training import Epoch
from dlbasic.ui.panel import Panel, caption
from dlbasic.ui.player import (
    FRAMES,
    Change,
    Chunk,
    Frame,
    Goal,
    Scene,
    change,
    forget,
    player,
)
from dlbasic.ui.player_words import WORDS
from dlbasic.ui.wiring import View

R = TypeVar("R", bound=Replay)

SECONDS = 0.1  # that a chunk takes at most; the first has only what is seen at once
# The same where the reader plays as fast as it goes and nobody waits: to the browser each message
# costs far more than its frames do.
ALONE = 0.3

_LOSSES = Text(ko="에포크마다의 손실", en="Losses over the epochs")
_FINISHED = Text(
    ko="마지막 에포크입니다. 이 그림은 {epochs}에포크까지 학습합니다.",
    en="The last epoch: this figure trains for {epochs} epochs.",
)


class _Turns:
    """One reader's chunk after the other's.

    Side by side they would only wait for the interpreter in the middle of their work, and their
    time would run out: so each is whole, and there sooner.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[int] = set()  # threads

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for a turn."""
        return bool(self._waiting)

    def __enter__(self) -> None:
        me = threading.get_ident()
        self._waiting.add(me)
        try:
            self._lock.acquire()
        finally:
            self._waiting.discard(me)

    def __exit__(self, *error: object) -> None:
        self._lock.release()


_TURNS = _Turns()


@dataclass(eq=False)
class _Watched(Generic[R]):
    """The run that a session's player shows, and the chunk that it was given last."""

    settings: Hashable
    run: R
    given: tuple[int, tuple[Frame, ...], bool] | None = None  # from where, frames, whether last
    between: tuple[int, int, Epoch] | None = None  # what was measured so many batches after a frame
    scene: tuple[Hashable, Scene] | None = None  # as it was drawn last, and for what


@dataclass(frozen=True)
class Played:
    """A run as it stands on the page: its picture, and the losses of the epochs trained so far."""

    run: Replay
    kind: str

    def pictures(self, language: Language) -> tuple[str, ...]:
        """What is to be seen: what the network gives, or its gradients; its losses."""
        return (
            WORDS["gradient" if self.kind == "layers" else "output"][language], _LOSSES[language]
        )  # fmt: skip

    def csv(self, language: Language) -> bytes:
        """Losses and accuracies by epoch."""
        epochs = self.run.epochs
        columns = {
            "epochAxis": [epoch.number for epoch in epochs],
            "loss1": [float(epoch.train_loss[0]) for epoch in epochs],
            "loss2": [float(epoch.test_loss[0]) for epoch in epochs],
        }
        for name, shares in (
            ("accuracy1", [epoch.train_accuracy for epoch in epochs]),
            ("accuracy2", [epoch.test_accuracy for epoch in epochs]),
        ):
            known = [float(share[0]) for share in shares if share is not None]
            if len(known) == len(epochs):
                columns[name] = known
        titles = {name: WORDS[name][language] for name in columns}
        return csv(pd.DataFrame(columns), {"usermeta": {"columns": titles}}, language)


def play(
    panel: Panel, key: str, settings: Hashable, begin: Callable[[], R], *,
    scene: Callable[[R], Scene], outputs: Callable[[R], bytes], place: str = "epoch",
    view: View | None = None, drawn: Sequence[str] = (),
    pressed: Callable[[float, float], None] | None = None,
) -> tuple[R, Epoch]:  # fmt: skip
    """Draw the player ``key`` with the run under these settings, a frame an epoch.

    ``begin()`` begins another run where the settings are others than before; ``outputs(run)`` is
    what it looks like at the epoch that it is at; ``place`` is the panel's parameter for the epoch
    shown, which a link says and the player sets wherever it stands still.  Gives the run and what
    was measured at the frame that the browser shows, or at the last one that there is: a new server
    may meet a page that has been playing, and then the run begins anew and the page asks for its
    frames, a chunk at a time, until what is told of it is what it shows.  ``drawn`` are the panel's
    parameters that the drawing may set, see :func:`take_changes`; with these the panel's ``step``
    is how many batches after its epoch the network is shown.  ``pressed`` is called with the place
    in the plane that was pressed.
    """
    watched: _Watched[R] | None = st.session_state.get(f"{key}:run")
    if watched is None or watched.settings != settings:
        forget(key)
        watched = st.session_state[f"{key}:run"] = _Watched(settings, begin())
    run, language = watched.run, panel.language
    fixed = tuple(name for name in drawn if panel.fixed(name) or panel.hidden(name))
    if watched.scene is None or watched.scene[0] != (language, fixed):
        watched.scene = (language, fixed), scene(run)
    known = watched.scene[1]
    panel.controls.memory.charts[key] = Played(run, known.kind)
    batch = panel["step"] if drawn else 0
    goal = Goal(panel[place], panel.controls.memory.followed, batch)
    source = _Source(watched, outputs, language, FRAMES if panel[place] else 1)
    shown = player(
        key, known, source, goal, language, view=view,
        changed=lambda: _set(panel, key, drawn, pressed),
    )  # fmt: skip
    # A link beyond the run's end means its last epoch, and stays: mended, it would be a step of the
    # history that Back does not get past.
    ends = run.ended and shown.moved_to == run.epoch.number < goal.frame
    if shown.moved_to is not None and not ends:
        panel.controls.keep(panel.link_name(place), shown.moved_to)
        if drawn:
            panel.controls.keep(panel.link_name("step"), shown.batch)
    if drawn and watched.between and watched.between[:2] == (shown.frame, panel["step"]):
        return run, watched.between[2]
    return run, run.epochs[min(shown.frame, len(run.epochs) - 1)]


def place_shown(key: str, place: int) -> int:
    """The epoch at which the player ``key`` stands where its link names this one.

    Beyond the end of a run that is its last epoch.
    """
    watched: _Watched[Any] | None = st.session_state.get(f"{key}:run")
    if watched is None or not watched.run.ended:
        return place
    return min(place, len(watched.run.epochs) - 1)


def take_changes(panel: Panel, key: str, place: str = "epoch") -> set[str]:
    """Take what the drawing of the player ``key`` has just set; gives the names.

    Call it before the run is chosen.  What changes the run begins it anew, but for an edit, after
    which the reader stands where it was made.
    """
    made: Change | None = st.session_state.pop(f"{key}:set", None)
    if made is None:
        return set()
    names = [name for name in made.values if panel.has(name)]
    panel.controls.touch([panel.link_name(name) for name in names])
    for name in names:
        st.session_state.pop(panel.key(name), None)  # its widget, if it has one, says it anew
        if isinstance(panel.param(name), Mark):
            panel.controls.keep(panel.link_name(place), made.frame)
            panel.controls.keep(panel.link_name("step"), made.batch)
    panel.controls.stay()
    return {*made.values, *(["point"] if made.points else [])}


def _set(
    panel: Panel, key: str, drawn: Sequence[str], pressed: Callable[[float, float], None] | None
) -> None:
    """Give parameters the values that the drawing asks for, as a link would."""
    made: Change | None = change(key)
    if made is None:
        return
    taken: dict[str, str] = {}
    for name, value in made.values.items():
        if name not in drawn or panel.hidden(name) or panel.fixed(name):
            continue
        wanted = panel.param(name).read(value)[0]
        if wanted != panel[name]:  # it may be said more than once
            panel.set(name, wanted)
            taken[name] = value
    if pressed is not None:
        for point in made.points:
            pressed(*point)
    st.session_state[f"{key}:set"] = made._replace(values=taken)


@dataclass(eq=False)
class _Source(Generic[R]):
    """The frames of a run that a session watches."""

    watched: _Watched[R]
    outputs: Callable[[R], bytes]
    language: Language
    first: int  # how many frames the first chunk has

    def chunk(self, start: int, most: int) -> Chunk:
        watched, run = self.watched, self.watched.run
        # The browser asks again where an answer was lost; going back would train anew.  It asks
        # again, too, where there was no time for any frame: then there is more to do.
        if watched.given is None or watched.given[0] != start or not watched.given[1]:
            most = most if start else self.first
            watched.given = (start, *_made_from(start, most, run, self.outputs))
        _, made, last = watched.given
        return Chunk(start, made, _end(run, self.language) if last else None)

    def between(self, start: int, batch: int) -> Chunk:
        run = self.watched.run
        with _TURNS:
            there = run.between_epochs and run.epoch.number == start and not run.ended
            if run.broken and run.epoch.number == start:
                run.restart()
            if not (there and batch >= run.training.batch):
                _go(run, start, time.perf_counter() + SECONDS)
            if run.epoch.number < start and not run.ended:
                return Chunk(start, ())
            epoch = run.between(start, batch)
            if epoch is None:
                return Chunk(start, (), _end(run, self.language))
            self.watched.between = start, batch, epoch
            frame = _frame(epoch, self.outputs(run))
            run.rest()
        return Chunk(start, (frame,))


def play_whole(
    panel: Panel, key: str, scene: Scene, frames: tuple[Frame, ...], *, place: str = "epoch"
) -> None:
    """Draw the player ``key`` with a run all of whose frames are known: it asks for nothing more.

    The panel's parameter ``place`` is the frame shown, as in :func:`play`.
    """
    goal = Goal(panel[place], panel.controls.memory.followed)
    end = _FINISHED.fill(panel.language, {"epochs": frames[-1].epoch})
    shown = player(key, scene, _Whole(frames, end), goal, panel.language)
    if shown.moved_to is not None:
        panel.controls.keep(panel.link_name(place), shown.moved_to)


@dataclass(frozen=True)
class _Whole:
    """The frames of a run that are all known."""

    frames: tuple[Frame, ...]
    end: str

    def chunk(self, start: int, most: int) -> Chunk:
        return Chunk(start, self.frames[start:], self.end)

    def between(self, start: int, batch: int) -> Chunk:
        return Chunk(start, (), self.end)


def told(panel: Panel, key: str, slots: Mapping[str, Any], *parts: str) -> None:
    """Show words of the frame that the player ``key`` shows; the browser hides them while it plays.

    They are of the frame that it stood at last, and not of those that go by.
    """
    with st.container(key=f"{key}-told"):
        for part in parts:
            caption(panel, part, slots)


def _made_from(
    start: int, most: int, run: R, outputs: Callable[[R], bytes]
) -> tuple[tuple[Frame, ...], bool]:
    """Frames from ``start`` on, as many as there is time for, and whether none follow."""
    made: list[Frame] = []
    with _TURNS:
        began = time.perf_counter()
        _go(run, start, began + SECONDS)
        while run.epoch.number == start + len(made):
            made.append(_frame(run.epoch, outputs(run)))
            alone = most > FRAMES and not _TURNS.awaited
            if len(made) == most or time.perf_counter() - began > max(SECONDS, alone * ALONE):
                break
            run.seek(run.epoch.number + 1)
        run.rest()
    # Whether an epoch follows is known once it has been tried.
    last = run.ended and run.epoch.number < start + len(made) + (not made)
    return tuple(made), last


def _go(run: Replay, number: int, until: float) -> None:
    """Go to an epoch, as far as time allows: the browser asks again for what it then lacks."""
    if run.needs_start(number):
        run.seek(0)
    while run.epoch.number < number and not run.ended:
        run.seek(run.epoch.number + 1)
        if time.perf_counter() > until:
            break


def _frame(epoch: Epoch, outputs: bytes) -> Frame:
    train, test = epoch.train_accuracy, epoch.test_accuracy
    return Frame(
        epoch.number, float(epoch.train_loss[0]), float(epoch.test_loss[0]),
        None if train is None else float(train[0]), None if test is None else float(test[0]),
        outputs,
    )  # fmt: skip


def _end(run: Replay, language: Language) -> str:
    if run.divergence is not None:
        return run.divergence.message[language]
    return _FINISHED.fill(language, {"epochs": MAX_EPOCHS})
