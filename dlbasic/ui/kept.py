"""Results that take long: worked out in steps under a progress bar, and kept for all readers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Generic, TypeVar

import streamlit as st

R = TypeVar("R")

_ONE_AT_A_TIME = threading.Lock()


class Kept(Generic[R]):
    """The last ``bound`` results by their settings, shared by all sessions.

    ``steps(settings)`` gives ``(share done, result so far)`` until it ends; the last is the result.
    A reader who moves on meanwhile ends the work, as Streamlit stops a script where it draws.
    """

    def __init__(self, steps: Callable[..., Iterator[tuple[float, R]]], bound: int = 32) -> None:
        self._steps, self._bound = steps, bound
        self._results: dict[Hashable, R] = {}
        self._lock = threading.Lock()

    def get(self, settings: Hashable, waiting: str) -> R:
        """The result under these settings, with a bar that says ``waiting`` while there is none.

        One is worked out at a time: side by side they only slow each other and everything else.
        """
        found = self._find(settings)
        if found is not None:
            return found
        bar = st.progress(0.0, waiting)
        with _ONE_AT_A_TIME:
            result = self._find(settings)  # someone else may have asked for the same
            if result is None:
                result = self._work(settings, bar, waiting)
        bar.empty()
        return result

    def peek(self, settings: Hashable) -> R | None:
        """The result if there is one already."""
        return self._find(settings)

    def _find(self, settings: Hashable) -> R | None:
        with self._lock:
            if settings in self._results:
                self._results[settings] = self._results.pop(settings)  # now the last to go
            return self._results.get(settings)

    def _work(self, settings: Hashable, bar: Any, waiting: str) -> R:
        shown = 0.0
        for share, result in self._steps(settings):  # noqa: B007  (the last one is meant)
            if share - shown >= 0.05:
                shown = share
                bar.progress(min(share, 1.0), waiting)
        with self._lock:
            self._results[settings] = result
            while len(self._results) > self._bound:
                self._results.pop(next(iter(self._results)))
        return result
