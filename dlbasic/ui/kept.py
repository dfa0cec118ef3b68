"""Results, kept for all readers; those that take long are worked out beside the readers' process.

A bar tells how far that is.  Readers of the same settings wait for one run, which ends with the
last of them.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dlbasic.results import load, path_of
from dlbasic.text import Language, Text
from dlbasic.ui.pool import Pool, Run


class Progress(Protocol):
    """What a step of long work gives: the share done, and the result so far in some form."""

    @property
    def share_done(self) -> float: ...


R = TypeVar("R", bound=Progress)


class NotMeasuredError(Exception):
    """There is no result, for a reason that the reader is told."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


LOOK = 0.2  # s after which a reader who waits looks again
GRACE = 1.0  # s that a run goes on without a reader: one who touches a control asks anew
BYTES = 16 * 2**20  # that the results of one kind may take

_QUEUED = Text(
    ko="{waiting} (앞선 측정 {before}개를 기다리고 있습니다)",
    en="{waiting} (after {before} that came before)",
)

POOL = Pool()


class Kept(Generic[R]):
    """The last ``bound`` results by their settings, shared by all sessions.

    ``steps(settings)`` gives what has been worked out so far until it ends; the last is the result.
    What is worked out in another process is a function that is found there by its name.  The last
    result whose settings are ``private``, as a reader's own data are, stays in that session.
    """

    def __init__(
        self, steps: Callable[..., Iterator[R]], bound: int = 32,
        private: Callable[[Any], bool] = lambda settings: False,
    ) -> None:  # fmt: skip
        self._steps, self._bound, self._private = steps, bound, private
        self._mine = f"kept-{id(self)}"  # in a session
        self._results: dict[Hashable, tuple[R, int]] = {}  # with its size in bytes
        self._runs: dict[Hashable, tuple[Run, int]] = {}  # with the number of its readers
        self._files: dict[Path, tuple[Any, R] | None] = {}  # what has been read of them
        self._lock, self._one = threading.Lock(), threading.Lock()

    def peek(self, settings: Hashable) -> R | None:
        """The result if there is one already, or a file that has it."""
        if self._private(settings):
            of, result = st.session_state.get(self._mine, (None, None))
            return result if of == settings else None
        with self._lock:
            if settings in self._results:
                self._results[settings] = self._results.pop(settings)  # now the last to go
                return self._results[settings][0]
            path = path_of(self._steps, settings)
            if path not in self._files:
                self._files[path] = load(path)
            found = self._files[path]
            return found[1] if found and found[0] == settings else None

    def at_once(self, settings: Hashable) -> R:
        """The result of what takes a moment, worked out here."""
        with self._one:
            result = self.peek(settings)
            if result is None:
                for result in self._steps(settings):  # noqa: B007  (the last is meant)
                    pass
                assert result is not None
                self._keep(settings, result, len(pickle.dumps(result)))
            return result

    def get(self, settings: Hashable, waiting: Text, language: Language) -> R:
        """The result of what takes long, under a bar that says ``waiting`` while there is none.

        Raises :class:`NotMeasuredError` where none can be had, ``RuntimeError`` for what went
        wrong in the work itself.
        """
        result = self.peek(settings)
        if result is not None:
            return result
        run = self._join(settings)
        bar = st.progress(0.0, waiting[language])
        try:
            while not run.ended.wait(LOOK):
                before, words = POOL.before(run), waiting[language]
                if before:
                    words = _QUEUED.fill(language, {"waiting": words, "before": before})
                # Here Streamlit stops a script whose reader has moved on.
                bar.progress(min(run.share, 1.0), words)
                let_touches_in()
        finally:
            self._leave(settings, run)
        bar.empty()
        if run.raised:
            raise RuntimeError(run.raised)
        if run.reason:
            raise NotMeasuredError(run.reason)
        found: R = run.result
        if self._private(settings):
            st.session_state[self._mine] = settings, found
        return found

    def _keep(self, settings: Hashable, result: R, size: int) -> None:
        if self._private(settings):
            return
        with self._lock:
            self._results[settings] = result, size
            while len(self._results) > 1 and (
                len(self._results) > self._bound
                or sum(size for _, size in self._results.values()) > BYTES
            ):
                self._results.pop(next(iter(self._results)))

    def _join(self, settings: Hashable) -> Run:
        """The run that works these settings out, with one reader more."""
        with self._lock:
            run, readers = self._runs.get(settings, (None, 0))
            if run is None or run.ended.is_set():
                run, readers = Run(self._steps, settings, self._keeper(settings)), 0
                POOL.begin(run)
            self._runs[settings] = run, readers + 1
            return run

    def _keeper(self, settings: Hashable) -> Callable[[Any, int], None]:
        return lambda result, size: self._keep(settings, result, size)

    def _leave(self, settings: Hashable, run: Run) -> None:
        """One reader less; without any the run is soon stopped."""
        with self._lock:
            ours, readers = self._runs.get(settings, (None, 0))
            if ours is not run:
                return
            self._runs[settings] = run, readers - 1
            if run.ended.is_set():
                del self._runs[settings]
                return
        soon = threading.Timer(GRACE, self._abandon, (settings, run))
        soon.daemon = True
        soon.start()

    def _abandon(self, settings: Hashable, run: Run) -> None:
        with self._lock:
            if self._runs.get(settings) == (run, 0):
                del self._runs[settings]
                POOL.stop(run)


def let_touches_in() -> None:
    """Begin anew where a touch waits for this run to end.

    Streamlit does not stop a run for the touch of a fragment, this run's own included: Cancel, or
    a slider beside it, would wait as long as the work takes.  Beginning anew lets both run.
    """
    context = get_script_run_ctx(suppress_warning=True)
    waits = getattr(context and context.script_requests, "_state", None)
    if getattr(waits, "value", None) == "RERUN":
        again()


def again() -> None:
    """Begin this run anew: the fragment, if it runs alone."""
    context = get_script_run_ctx(suppress_warning=True)
    st.rerun(scope="fragment" if context and context.fragment_ids_this_run else "app")
