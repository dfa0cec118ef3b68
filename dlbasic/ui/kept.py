"""Results that take long: worked out in steps under a progress bar, and kept for all readers."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import nullcontext
from typing import Generic, Protocol, TypeVar

import streamlit as st


class Progress(Protocol):
    """What a step of long work gives: the share done, and the result so far in some form."""

    @property
    def share_done(self) -> float: ...


R = TypeVar("R", bound=Progress)

TURN = 0.1  # s of work before the next reader's


class Turns:
    """A lock that is given in the order in which it is asked for, so that nobody is passed over."""

    def __init__(self) -> None:
        self._guard, self._asked = threading.Lock(), deque[threading.Lock]()

    def __enter__(self) -> None:
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            self._asked.append(mine)
            if len(self._asked) == 1:
                return
        mine.acquire()  # who leaves before releases it

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._asked.popleft()
            if self._asked:
                self._asked[0].release()


_TURNS = Turns()


class _Bar:
    """The progress bar of work that takes long; without words there is none."""

    def __init__(self, words: str | None) -> None:
        self._words, self._share = words, 0.0
        self._bar = None if words is None else st.progress(0.0, words)

    def draw(self, share: float | None = None) -> None:
        """Show the share done.  Here Streamlit stops a script whose reader has moved on."""
        if self._bar is not None:
            self._share = self._share if share is None else min(share, 1.0)
            self._bar.progress(self._share, self._words)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.empty()


class Kept(Generic[R]):
    """The last ``bound`` results by their settings, shared by all sessions.

    ``steps(settings)`` gives what has been worked out so far until it ends; the last is the result.
    """

    def __init__(self, steps: Callable[..., Iterator[R]], bound: int = 32) -> None:
        self._steps, self._bound = steps, bound
        self._results: dict[Hashable, R] = {}
        self._working: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, settings: Hashable, waiting: str | None = None) -> R:
        """The result under these settings, with a bar that says ``waiting`` while there is none.

        Readers of the same settings wait for one to work it out; works under different settings
        take turns, as side by side they only slow each other and everything else.  What takes a
        moment has no ``waiting``, hence neither bar nor turns.
        """
        found = self.peek(settings)
        if found is not None:
            return found
        bar = _Bar(waiting)
        with self._lock:
            mine = self._working.setdefault(settings, threading.Lock())
        while not mine.acquire(timeout=TURN):
            bar.draw()
        try:
            result = self.peek(settings)  # another reader may have worked it out by now
            if result is None:
                result = self._work(settings, bar, nullcontext() if waiting is None else _TURNS)
        finally:
            with self._lock:
                if self._working.get(settings) is mine:
                    del self._working[settings]
            mine.release()
        bar.end()
        return result

    def peek(self, settings: Hashable) -> R | None:
        """The result if there is one already."""
        with self._lock:
            if settings in self._results:
                self._results[settings] = self._results.pop(settings)  # now the last to go
            return self._results.get(settings)

    def _work(self, settings: Hashable, bar: _Bar, turns: Turns | nullcontext[None]) -> R:
        steps, ended = self._steps(settings), False
        while not ended:
            with turns:
                until = time.perf_counter() + TURN
                for result in steps:  # noqa: B007  (the last is meant)
                    if time.perf_counter() > until:
                        break
                else:
                    ended = True
            bar.draw(result.share_done)
        with self._lock:
            self._results[settings] = result
            while len(self._results) > self._bound:
                self._results.pop(next(iter(self._results)))
        return result
