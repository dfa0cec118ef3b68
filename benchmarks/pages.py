"""What a touch costs the server: of each figure's first control, beside a bare page's slider.

Both apps are served as they are, and spoken to in Streamlit's own protocol; what is told is the
processor time of the server's process, all that Streamlit does before and after included.  Each
control goes to and fro between two values, so that what it shows is known after the first round:
what is measured anew is the engine's benchmark's.  All take turns, so that a slow moment of the
machine meets all of them; trust the ratios.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets import Subprotocol
from websockets.sync.client import connect

from dlbasic.figures import PAGES

ROOT = Path(__file__).parent.parent
TOUCHES = 8  # of one control in a turn
PATIENCE = 120.0  # seconds: far beyond what anything takes, short of a hanging run

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


@contextmanager
def serving(script: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The port and the process of a server of this app."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true",
               "--server.port", str(port), "--server.fileWatcherType", "none"]  # fmt: skip
    silent = subprocess.DEVNULL
    # The working directory's settings hold for both.
    server = subprocess.Popen(command, cwd=ROOT, stdout=silent, stderr=silent, env=os.environ)
    try:
        while True:
            with (
                suppress(OSError),
                urllib.request.urlopen(f"http://localhost:{port}/_stcore/health"),
            ):
                break
            if server.poll() is not None:
                raise RuntimeError(f"{script} does not start")
            time.sleep(0.1)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


class Tab:
    """A page in a browser's tab, and its first control: ``touch`` moves it to and fro."""

    def __init__(self, port: int, page: str = "", query: str = "") -> None:
        stream = f"ws://localhost:{port}/_stcore/stream"
        protocols = [Subprotocol("streamlit")]
        self._socket = connect(stream, subprotocols=protocols, max_size=None, proxy=None)
        self._query, self._page = query, ""
        self._control: tuple[str, str, list[WidgetState]] | None = None
        self._turn, self._slider = 0, False
        self._run(page_name=page)
        if self._control is None:
            raise RuntimeError(f"{page}?{query} has no control to touch")

    def touch(self) -> None:
        """Move the control, and wait for what then stands there."""
        assert self._control is not None
        _, fragment, states = self._control
        self._turn += 1
        self._run(fragment, states[self._turn % 2])

    @property
    def label(self) -> str:
        """What is touched."""
        assert self._control is not None
        return self._control[0]

    def close(self) -> None:
        self._socket.close()

    def _run(self, fragment: str = "", state: WidgetState | None = None, **said: str) -> None:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.fragment_id = self._query, fragment
        rerun.page_script_hash = self._page
        rerun.page_name = said.get("page_name", "")
        if state is not None:
            rerun.widget_states.widgets.append(state)
        self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self._socket.recv(PATIENCE))
            if answer.delta.new_element.HasField("exception"):
                raise RuntimeError(answer.delta.new_element.exception.message)
            if answer.HasField("navigation"):
                self._page = answer.navigation.page_script_hash
            if answer.HasField("page_info_changed"):
                self._query = answer.page_info_changed.query_string
            if not self._slider and answer.HasField("delta"):
                self._control = _control(answer) or self._control
                self._slider = answer.delta.new_element.HasField("slider")
            if (
                answer.HasField("script_finished")
                and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return


def _control(answer: ForwardMsg) -> tuple[str, str, list[WidgetState]] | None:
    """A slider, or a choice of a figure's: label, fragment, two values of it."""
    element, fragment = answer.delta.new_element, answer.delta.fragment_id
    states = [WidgetState(), WidgetState()]
    if element.HasField("slider"):
        slider = element.slider
        for state, step in zip(states, (0, 1), strict=True):
            state.id = slider.id
            if slider.type == Slider.SELECT_SLIDER:
                places = [int(place) for place in slider.default]
                places[-1] += step if places[-1] + 1 < len(slider.options) else -step
                state.string_array_value.data.extend(slider.options[place] for place in places)
            else:
                *first, last = slider.default
                last += step * slider.step if last + slider.step <= slider.max else -step
                state.double_array_value.data.extend([*first, last])
        return slider.label, fragment, states
    if element.HasField("button_group") and fragment and element.button_group.default:
        group = element.button_group
        for state, place in zip(states, (group.default[0], group.default[0] - 1), strict=True):
            state.id = group.id
            state.string_array_value.data.append(group.options[place].content)
        return group.label, fragment, states
    return None


def measure(rounds: int) -> list[dict[str, Any]]:
    """Milliseconds of processor time a touch, medians over the rounds, and ratios to the bare."""
    places = {
        f"{page.key}/{figure.key}": (page.key, f"lang=ko&fig={figure.key}")
        for page in PAGES.values()
        if page.numbered and not page.lesson
        for figure in page.figures
    }
    with tempfile.TemporaryDirectory() as folder:
        bare_script = Path(folder) / "bare.py"
        bare_script.write_text(_BARE, encoding="utf-8")
        with serving(bare_script) as bare, serving(ROOT / "app.py") as app:
            tabs = {"bare page": (Tab(bare[0]), bare[1])}
            tabs |= {name: (Tab(app[0], *where), app[1]) for name, where in places.items()}
            times: dict[str, list[float]] = {name: [] for name in tabs}
            for count in range(rounds + 1):
                for name, (tab, process) in tabs.items():
                    before = _used(process)
                    for _ in range(TOUCHES):
                        tab.touch()
                    if count:  # the first round fills the caches
                        times[name].append((_used(process) - before) / TOUCHES)
            labels = {name: tab.label for name, (tab, _) in tabs.items()}
            for tab, _ in tabs.values():
                tab.close()
    bare_time = statistics.median(times["bare page"])
    return [
        {
            "work": name, "touched": labels[name], "ms": 1000 * statistics.median(values),
            "ratio": statistics.median(values) / bare_time,
        }
        for name, values in times.items()
    ]  # fmt: skip


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text, and the median of the figures."""
    lines = [f"{'a touch of':30} {'ms':>7} {'to bare':>8}   what is touched"]
    lines += [
        f"{row['work']:30} {row['ms']:7.1f} {row['ratio']:7.2f}×   {row['touched']}" for row in rows
    ]
    ratios = [row["ratio"] for row in rows[1:]]
    return "\n".join([*lines, f"{'median of the figures':30} {'':7} "
                      f"{statistics.median(ratios):7.2f}×"])  # fmt: skip
