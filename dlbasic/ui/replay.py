"""From a run that can be watched to the frames that the player shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from dlbasic.measures.replay import MAX_EPOCHS, Replay
from dlbasic.text import Language, Text
from dlbasic.training import Epoch
from dlbasic.ui.panel import Panel, caption
from dlbasic.ui.player import Chunk, Frame, Goal, Scene, forget, player

R = TypeVar("R", bound=Replay)

FRAMES, SECONDS = 20, 0.1  # a chunk has no more of either
# Side by side, many readers' chunks only wait for the interpreter in the middle of their work, and
# their time runs out: one after the other each is whole, and there sooner.
_ONE_AT_A_TIME = threading.Lock()

_FINISHED = Text(
    ko="마지막 에포크입니다. 이 그림은 {epochs}에포크까지 학습합니다.",
    en="The last epoch: this figure trains for {epochs} epochs.",
)


@dataclass(eq=False)
class _Watched(Generic[R]):
    """The run that a session's player shows, and the chunk that it was given last."""

    settings: Hashable
    run: R
    given: tuple[int, tuple[Frame, ...], bool] | None = None  # from where, frames, whether last


def play(
    panel: Panel, key: str, settings: Hashable, begin: Callable[[], R], *,
    scene: Callable[[R], Scene], outputs: Callable[[R], bytes], place: str = "epoch",
) -> tuple[R, Epoch]:  # fmt: skip
    """Draw the player ``key`` with the run under these settings, a frame an epoch.

    ``begin()`` begins another run where the settings are others than before; ``outputs(run)`` is
    what it looks like at the epoch that it is at; ``place`` is the panel's parameter for the epoch
    shown, which a link says and the player sets wherever it stands still.  Gives the run and what
    was measured at the frame that the browser shows, or at the last one that there is: a new server
    may meet a page that has been playing, and then the run begins anew and the page asks for its
    frames, a chunk at a time, until what is told of it is what it shows.
    """
    watched: _Watched[R] | None = st.session_state.get(f"{key}:run")
    if watched is None or watched.settings != settings:
        forget(key)
        watched = st.session_state[f"{key}:run"] = _Watched(settings, begin())
    run, language = watched.run, panel.language

    def chunk(start: int) -> Chunk:
        # The browser asks again where an answer was lost; going back would train anew.  It asks
        # again, too, where there was no time for any frame: then there is more to do.
        if watched.given is None or watched.given[0] != start or not watched.given[1]:
            watched.given = (start, *_made_from(start, run, outputs))
        _, made, last = watched.given
        return Chunk(start, made, _end(run, language) if last else None)

    goal = Goal(panel[place], panel.controls.memory.followed)
    shown = player(key, scene(run), chunk, goal, language)
    # A link beyond the run's end means its last epoch, and stays: mended, it would be a step of the
    # history that Back does not get past.
    ends = run.ended and shown.moved_to == run.epoch.number < goal.frame
    if shown.moved_to is not None and not ends:
        panel.controls.keep(panel.link_name(place), shown.moved_to)
    return run, run.epochs[min(shown.frame, run.epoch.number)]


def told(panel: Panel, key: str, part: str, slots: Mapping[str, Any]) -> None:
    """Show words of the frame that the player ``key`` shows; the browser hides them while it plays.

    They are of the frame that it stood at last, and not of those that go by.
    """
    with st.container(key=f"{key}-told"):
        caption(panel, part, slots)


def _made_from(start: int, run: R, outputs: Callable[[R], bytes]) -> tuple[tuple[Frame, ...], bool]:
    """Frames from ``start`` on, as many as there is time for, and whether none follow."""
    made: list[Frame] = []
    with _ONE_AT_A_TIME:
        until = time.perf_counter() + SECONDS
        _go(run, start, until)
        while run.epoch.number == start + len(made):
            made.append(_frame(run.epoch, outputs(run)))
            if len(made) == FRAMES or time.perf_counter() > until:
                break
            run.seek(run.epoch.number + 1)
        run.rest()
    # Whether an epoch follows is known once it has been tried.
    last = run.ended and run.epoch.number < start + len(made) + (not made)
    return tuple(made), last


def _go(run: Replay, number: int, until: float) -> None:
    """Go to an epoch, as far as time allows: the browser asks again for what it then lacks."""
    if number < run.epoch.number:
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
