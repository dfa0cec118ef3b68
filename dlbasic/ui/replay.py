"""From a run that can be watched to the frames that the player shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from dlbasic.experiments.replay import MAX_EPOCHS, Replay
from dlbasic.text import Language, Text
from dlbasic.training import Epoch
from dlbasic.ui.player import Chunk, Frame

R = TypeVar("R", bound=Replay)

FRAMES, SECONDS = 20, 0.1  # a chunk has no more of either
# Side by side, many readers' chunks only wait for the interpreter in the middle of their work, and
# their time runs out: one after the other each is whole, and there sooner.
_ONE_AT_A_TIME = threading.Lock()

_FINISHED = Text(
    ko="마지막 에포크입니다. 이 그림은 {epochs}에포크까지 학습합니다.",
    en="The last epoch: this figure trains for {epochs} epochs.",
)


def kept_run(key: str, settings: Hashable, begin: Callable[[], R]) -> R:
    """This session's run under these settings; others begin another."""
    kept = st.session_state.get(key)
    if kept is None or kept[0] != settings:
        kept = st.session_state[key] = (settings, begin())
    run: R = kept[1]
    return run


def frames(run: Replay, outputs: Callable[[], bytes], language: Language) -> Callable[[int], Chunk]:
    """The player's source: a frame an epoch, ``outputs()`` what the run looks like at it."""

    def chunk(start: int) -> Chunk:
        made: list[Frame] = []
        with _ONE_AT_A_TIME:
            until = time.perf_counter() + SECONDS
            _go(run, start, until)
            while run.epoch.number == start + len(made):
                made.append(_frame(run.epoch, outputs()))
                if len(made) == FRAMES or time.perf_counter() > until:
                    break
                run.seek(run.epoch.number + 1)
        # Whether an epoch follows is known once it has been tried.
        last = run.ended and run.epoch.number < start + len(made) + (not made)
        return Chunk(start, tuple(made), _end(run, language) if last else None)

    def remembered(start: int) -> Chunk:
        # The browser asks again where an answer was lost; going back would train anew.
        asked = (start, language)
        if run.last_answer is None or run.last_answer[0] != asked:
            run.last_answer = (asked, chunk(start))
        answer: Chunk = run.last_answer[1]
        return answer

    return remembered


def _go(run: Replay, number: int, until: float) -> None:
    """Go to an epoch, as far as time allows: the browser asks again for what it then lacks."""
    if number < run.epoch.number:
        run.seek(0)
    while run.epoch.number < number and not run.ended:
        run.seek(run.epoch.number + 1)
        if time.perf_counter() > until:
            break


def epoch_shown(run: Replay, shown: int) -> Epoch:
    """What was measured at the frame that the browser shows."""
    if shown > run.epoch.number:  # a new server meets a page that has been playing
        _go(run, shown, time.perf_counter() + SECONDS)
    return run.epochs[min(shown, run.epoch.number)]


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
