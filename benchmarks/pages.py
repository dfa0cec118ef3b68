"""Server time of each page's script once warm, beside a bare page with one chart.

All works take turns in one process, so a slow moment of the machine meets all of them; trust the
ratios.  The time is that of the script alone, from its first line to its last: what Streamlit does
before and after is the same for every app.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from dlbasic.activations import ACTIVATIONS as FUNCTIONS

ROOT = Path(__file__).parent.parent

# The scripts run in this process and leave their times here.
TIMES: list[float] = []

_TIMED = """
import time
from benchmarks.pages import TIMES
start = time.perf_counter()
{script}
TIMES.append(time.perf_counter() - start)
"""

_BARE = """
import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
st.title("Bare")
k = st.slider("k", 0.0, 10.0, 1.0, 0.1)
x = np.linspace(-6, 6, 200)
frame = pd.DataFrame({"x": x, "y": np.tanh(k * x)})
st.altair_chart(alt.Chart(frame).mark_line().encode(x="x", y="y"))
"""

_APP = f"exec(compile(open({str(ROOT / 'app.py')!r}).read(), 'app.py', 'exec'))"


def _open(
    script: str, folder: Path, page: str = "", query: dict[str, str] | None = None
) -> AppTest:
    file = folder / f"work_{abs(hash((script, page, str(query))))}.py"
    file.write_text(_TIMED.format(script=script), encoding="utf-8")
    app = AppTest.from_file(str(file), default_timeout=60)
    for name, value in ({"lang": "ko"} | (query or {})).items():
        app.query_params[name] = value
    app.run()
    if page:
        app.switch_page(str(ROOT / "pages" / f"{page}.py"))
        for name, value in ({"lang": "ko"} | (query or {})).items():
            app.query_params[name] = value
        app.run()
    if app.exception:
        raise RuntimeError(f"{page or 'bare'}: {app.exception[0].message}")
    return app


def _slide(app: AppTest, key: str, low: float, step: float) -> Callable[[int], object]:
    """A turn that moves one slider to a place where it has not been before."""

    def turn(count: int) -> None:
        app.slider(key).set_value(round(low + step * count, 6)).run()

    return turn


def _rest(app: AppTest) -> Callable[[int], object]:
    def turn(count: int) -> None:
        app.run()

    return turn


def _first_view(page: str, folder: Path) -> Callable[[int], object]:
    """A turn that opens a page at seeds never seen before: no measurement is in any cache."""
    from dlbasic.figures import PAGES

    seeds = [name for name in PAGES[page].params if name.rpartition(".")[2].endswith("seed")]

    def turn(count: int) -> None:
        _open(_APP, folder, page, {name: str(count + 1) for name in seeds})

    return turn


def measure(rounds: int) -> list[dict[str, Any]]:
    """Median milliseconds of each work's script, and its ratio to the bare page's."""
    everything = {
        "explorer.functions": ",".join(FUNCTIONS),
        **{f"claim.{key}.open": "1" for key in _claims()},
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = _open(_BARE, folder)
        activations = _open(
            _APP, folder, "activations", {"explorer.functions": "sigmoid,tanh,relu,elu"}
        )
        turns: dict[str, Callable[[int], object]] = {
            "bare page, slider moved": lambda n: bare.slider[0].set_value(0.1 * (n % 99)).run(),
            "overview": _rest(_open(_APP, folder, "overview")),
            "activations, nothing moved": _rest(_open(_APP, folder, "activations")),
            "activations, a function's parameter moved": _slide(
                activations, "activations:elu.alpha", 0.1, 0.01
            ),
            "activations, the neuron's mean moved": _slide(
                _open(_APP, folder, "activations"), "activations:neuron.mean", -3.0, 0.1
            ),
            "activations, every function, every claim open": _rest(
                _open(_APP, folder, "activations", everything)
            ),
            "losses, nothing moved": _rest(_open(_APP, folder, "losses")),
            "losses, default view at new seeds": _first_view("losses", folder),
            "losses, the score of two classes moved": _slide(
                _open(_APP, folder, "losses"), "losses:two_classes.score", -6.0, 0.5
            ),
            "training, nothing moved": _rest(_open(_APP, folder, "training")),
            "training, default view at new seeds": _first_view("training", folder),
            "gradient flow, nothing moved": _rest(_open(_APP, folder, "gradient_flow")),
            "gradient flow, default view at new seeds": _first_view("gradient_flow", folder),
            "gradient flow, the microscope's depth moved": _slide(
                _open(_APP, folder, "gradient_flow"), "gradient_flow:microscope.depth", 5, 1
            ),
        }
        times: dict[str, list[float]] = {work: [] for work in turns}
        for count in range(rounds + 3):
            for work, turn in turns.items():
                TIMES.clear()
                turn(count)
                if count >= 3:  # the first rounds fill the caches
                    times[work].append(TIMES[-1])
    first = statistics.median(times["bare page, slider moved"])
    return [
        {
            "work": work,
            "ms": 1000 * statistics.median(values),
            "worst_ms": 1000 * max(values),
            "ratio": statistics.median(values) / first,
        }
        for work, values in times.items()
    ]


def _claims() -> tuple[str, ...]:
    from dlbasic.figures import PAGES

    return tuple(key for figure in PAGES["activations"].figures for key in figure.claims)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text."""
    lines = [f"{'work':50} {'ms':>7} {'worst':>7} {'to bare':>8}"]
    lines += [
        f"{row['work']:50} {row['ms']:7.1f} {row['worst_ms']:7.1f} {row['ratio']:7.2f}×"
        for row in rows
    ]
    return "\n".join(lines)
