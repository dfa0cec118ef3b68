"""Processes for what takes long: few, begun when there is work, ended when there is none.

They work beside the readers' process, whose interpreter does one thing at a time: a slider waits
for nobody's training.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

from dlbasic.text import Text

WORKERS = max(1, int(os.environ.get("DLBASIC_WORKERS") or 1))
QUEUE = 64  # works that may wait for a worker
SECONDS = 300.0  # that one may take
IDLE = 60.0  # s after which a worker without work ends

FULL = Text(
    ko="지금 서버에서 기다리는 측정이 너무 많습니다. 잠시 뒤에 다시 측정해 주십시오.",
    en="Too many measurements are waiting on this server. Please measure again in a moment.",
)
LOST = Text(
    ko="측정이 도중에 중단되어 결과가 없습니다. 다시 측정해 주십시오.",
    en="The measurement was interrupted and has no result. Please measure again.",
)
MEMORY = Text(
    ko="이 설정은 서버에 허용된 것보다 많은 메모리를 씁니다. 시드 수나 신경망의 크기를 줄여 "
    "주십시오.",
    en="These settings need more memory than this server may use. Try fewer seeds or smaller "
    "networks.",
)
TOO_LONG = Text(
    ko="측정이 너무 오래 걸려 멈추었습니다. 시드나 에포크 수를 줄여 주십시오.",
    en="The measurement took too long and was stopped. Try fewer seeds or epochs.",
)


class Run:
    """One work: how far it is, whether it has ended, and how.

    Once it has ended there is a ``result``, or ``reason``, why there is none, or ``raised``, what
    went wrong in the work itself; of a run that was stopped there is nothing.  ``keep`` is called
    with a result and its size in bytes, right before the run has ended.
    """

    def __init__(
        self, steps: Callable[..., Any], settings: Hashable, keep: Callable[[Any, int], object]
    ) -> None:
        self.asked = pickle.dumps((steps, settings))
        self.keep = keep
        self.share, self.ended, self.stopped = 0.0, threading.Event(), False
        self.result: Any = None
        self.reason: Text | None = None
        self.raised: str | None = None
        self.process: subprocess.Popen[bytes] | None = None  # while one works on it

    def hear(self, kind: str, value: Any) -> bool:
        """Take what the worker says; whether that was the last of it."""
        if kind == "share":
            self.share = value
            return False
        if kind == "result":
            self.result = pickle.loads(value)
            self.keep(self.result, len(value))
        elif kind == "memory":
            self.reason = MEMORY
        else:
            self.raised = value
        return True


class Pool:
    """As many workers as there may be, and the runs that wait for one, in the order of asking."""

    def __init__(
        self, workers: int = WORKERS, queue: int = QUEUE, seconds: float = SECONDS,
        idle: float = IDLE,
    ) -> None:  # fmt: skip
        self._workers, self._queue, self._seconds, self._idle = workers, queue, seconds, idle
        self._waiting: deque[Run] = deque()
        self._keepers = self._busy = 0  # one for each worker, and those with a run
        self._change = threading.Condition()

    def begin(self, run: Run) -> None:
        """Have it worked out, when a worker has time for it."""
        with self._change:
            if len(self._waiting) >= self._queue:
                run.reason = FULL
                run.ended.set()
                return
            self._waiting.append(run)
            if self._keepers - self._busy >= len(self._waiting):
                self._change.notify()
            elif self._keepers < self._workers:
                self._keepers += 1
                threading.Thread(target=self._keep, name="dlbasic.worker", daemon=True).start()

    def before(self, run: Run) -> int:
        """How many runs are to end before this one gets a worker."""
        with self._change:
            if run not in self._waiting:
                return 0
            return max(0, self._waiting.index(run) + 1 + self._busy - self._workers)

    def stop(self, run: Run, reason: Text | None = None) -> None:
        """End a run; where a reason is given it is told."""
        with self._change:
            if run.ended.is_set() or run.stopped:
                return
            run.stopped, run.reason = True, reason
            if run in self._waiting:
                self._waiting.remove(run)
                run.ended.set()
            elif run.process is not None:
                run.process.kill()

    def _keep(self) -> None:
        """Keep one worker: begin it with the first run, end it when there was none for long."""
        worker = None
        while (run := self._next()) is not None:
            fresh = worker is None or worker.poll() is not None
            if worker is None or fresh:
                worker = _begin()
            if self._watch(worker, run, fresh):
                _end(worker)
                worker = _begin()
                self._watch(worker, run, True)
            with self._change:
                self._busy -= 1
        if worker is not None:
            _end(worker)

    def _next(self) -> Run | None:
        """The next run, as soon as there is one; None, and one keeper less, if there is none."""
        with self._change:
            self._change.wait_for(lambda: self._waiting, self._idle)
            if self._waiting:
                self._busy += 1
                return self._waiting.popleft()
            self._keepers -= 1
            return None

    def _watch(self, worker: subprocess.Popen[bytes], run: Run, fresh: bool) -> bool:
        """Have a worker do a run and listen to it until it has ended, either way.

        Tells whether a fresh worker is to try it again: what others left may have been in its way.
        """
        again = False
        with self._change:
            if run.stopped:
                run.ended.set()
                return again
            run.process = worker
        limit = threading.Timer(self._seconds, self.stop, (run, TOO_LONG))
        limit.daemon = True
        limit.start()
        assert worker.stdin is not None and worker.stdout is not None
        try:
            pickle.dump(run.asked, worker.stdin)
            worker.stdin.flush()
            while True:
                kind, value = pickle.load(worker.stdout)
                again = kind == "memory" and not fresh
                if again or run.hear(kind, value):
                    break
        except (EOFError, OSError, pickle.UnpicklingError):  # it was killed, by us or by others
            if not run.stopped:
                run.reason = LOST
            _end(worker)
        except Exception:
            run.raised = traceback.format_exc()
            _end(worker)
        finally:
            limit.cancel()
            with self._change:
                run.process = None
                if not again:
                    run.ended.set()
        return again


def _begin() -> subprocess.Popen[bytes]:
    """A worker, which finds the modules that this process finds."""
    return subprocess.Popen(
        [sys.executable, "-m", "dlbasic.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows a console would open
    )


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    with worker:  # waits for it and closes the pipes
        pass
