"""The process in which work that takes long is done: ``python -m dlbasic.worker``.

``dlbasic.ui.pool`` starts it and speaks with it through its standard input and output.  It reads
the pickle of ``(steps, settings)``, works ``steps(settings)`` out, and answers ``("share", done)``
on the way, then ``("result", pickle)``, ``("memory", None)`` or ``("failed", traceback)``.  It ends
when nobody writes any more.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, BinaryIO

OFTEN = 0.1  # s between two shares that are told
MEMORY = 272 * 2**20  # bytes that it may ask for; NumPy and pandas reserve 80 MB of them


class MeasuresAlone:
    """Finds the packages of ``dlbasic.figures`` without what stands in their ``__init__``.

    There they name what shows them: Streamlit and Altair, which measuring has no use for, and
    which would take more time to import and more memory than all else here.
    """

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith("dlbasic.figures"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.submodule_search_locations is not None:
            spec.loader = None
        return spec


class WhenUsed(ModuleType):
    """Stands for a module until something of it is used: most work has no use for pandas' 40 MB."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules[self.__name__] is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def _settle() -> None:
    """Give way to the readers, in processor time and in memory."""
    sys.meta_path.insert(0, MeasuresAlone)
    # pandas takes it where it finds it, with 35 MB, and has no use for it here.
    sys.modules["pyarrow"] = None  # type: ignore[assignment]
    sys.modules["pandas"] = WhenUsed("pandas")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the app, which ends this
    with contextlib.suppress(AttributeError, OSError):  # Windows has neither
        os.nice(10)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _answer(to: BinaryIO, kind: str, value: Any = None) -> None:
    pickle.dump((kind, value), to, pickle.HIGHEST_PROTOCOL)
    to.flush()


def _work(asked: bytes, to: BinaryIO) -> None:
    """Work out what is asked, and answer."""
    try:
        steps, settings = pickle.loads(asked)
        gc.freeze()  # what was imported stays, and need not be looked through
        told, result = time.perf_counter(), None
        for result in steps(settings):
            if time.perf_counter() - told > OFTEN:
                told = time.perf_counter()
                _answer(to, "share", float(result.share_done))
                # A stack and its traces know each other, and would be held long after their use.
                gc.collect()
        found = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        _answer(to, "memory")
    except BrokenPipeError:
        raise
    except Exception:
        _answer(to, "failed", traceback.format_exc())
    else:
        _answer(to, "result", found)


def main() -> None:
    """Work until nobody asks any more."""
    # What a library prints must not stand between the answers.
    to, sys.stdout = sys.stdout.buffer, sys.stderr
    _settle()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _work(pickle.load(sys.stdin.buffer), to)
            gc.unfreeze()
            gc.collect()
            with contextlib.suppress(AttributeError, OSError, TypeError):
                ctypes.CDLL(None).malloc_trim(0)  # glibc keeps what is free for a next time


if __name__ == "__main__":
    main()
