"""A class that watches the Playground: websocket sessions that ask for frames as a player does.

Each session has a seed of its own, so that no work is shared.  They speak Streamlit's protocol, and
play by the clock that ``static/player.js`` keeps: a chunk is asked for when fewer than 20 frames
are left ahead, and a frame that comes late is waited for, not caught up with.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

import psutil  # type: ignore[import-untyped]
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

WATCHERS = 35  # a class
AHEAD = 20  # frames: with fewer left, the player asks for more
PATIENCE = 120.0  # seconds: far beyond what anything takes, short of a hanging run
MB = 1024 * 1024


def cpu_seconds(server: psutil.Process) -> float:
    """Seconds of processor time that the server has used."""
    times = server.cpu_times()
    return float(times.user + times.system)


@dataclass
class Watcher:
    """A reader's session without a browser: opens the page, then asks for frames when it must."""

    seed: int
    latencies: list[float] = field(default_factory=list)  # seconds from asking to having
    margins: list[float] = field(default_factory=list)  # seconds that a chunk was there early
    frames: int = 0

    async def open(self, port: int) -> float:
        """Seconds until the page is there, with its race and its claims."""
        start = time.perf_counter()
        self.socket = await websockets.connect(
            f"ws://localhost:{port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, proxy=None,
        )  # fmt: skip
        self.fragment = self.page = ""
        await self._send(page_name="training", query_string=f"lang=en&seed={self.seed}")
        while True:
            message = await self._next()
            if message.HasField("navigation"):
                self.page = message.navigation.page_script_hash
            if message.HasField("script_finished"):
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    break
            elif (player := _player(message)) is not None:
                self.fragment, self.player = message.delta.fragment_id, player.id
                said = _header(player)
                self.run, self.scene = said["run"], said["scene_id"]
                self.known = said["start"] + len(said["epoch"])
        if not self.fragment or f"seed={self.seed}" not in self.run:
            raise SystemExit("The page came without its player.")
        return time.perf_counter() - start

    async def watch(self, wait: float, seconds: float, fps: float) -> None:
        """Press Play after ``wait`` of these seconds with a chunk known ahead, and watch.

        A chunk is due when its first frame is to be shown.
        """
        end = time.perf_counter() + seconds
        await asyncio.sleep(wait)
        due = time.perf_counter() + AHEAD / fps
        while due - AHEAD / fps < end:
            await asyncio.sleep(due - AHEAD / fps - time.perf_counter())
            asked = time.perf_counter()
            frames = await self._chunk()
            arrived = time.perf_counter()
            self.latencies.append(arrived - asked)
            self.margins.append(due - arrived)
            self.frames += frames
            due = max(due, arrived) + frames / fps

    async def _chunk(self) -> int:
        """Ask for the first frame that is lacking; how many came."""
        wanted = {"run": self.run, "frame": self.known, "scene": self.scene}
        await self._send(
            fragment_id=self.fragment, page_script_hash=self.page,
            query_string=f"lang=en&seed={self.seed}", wanted=wanted,
        )  # fmt: skip
        while True:
            player = _player(await self._next())
            if player is None:
                continue
            said = _header(player)
            count = len(said["epoch"])
            if not count:
                raise SystemExit("A run has ended: let the class watch for less (--rounds).")
            if said["run"] != self.run or said["start"] != self.known:
                raise SystemExit(f"Not the frames that were asked for: {said['start']}")
            self.known += count
            return count

    async def _send(self, wanted: dict[str, Any] | None = None, **request: str) -> None:
        message = BackMsg()
        for name, value in request.items():
            setattr(message.rerun_script, name, value)
        message.rerun_script.context_info.locale = "en-US"
        if wanted is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.player}__events"
            state.json_trigger_value = json.dumps([{"event": "wanted", "value": wanted}])
        await self.socket.send(message.SerializeToString())

    async def _next(self) -> ForwardMsg:
        payload = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        assert isinstance(payload, bytes)
        message: ForwardMsg = ForwardMsg.FromString(payload)
        return message


def _player(message: ForwardMsg) -> BidiComponent | None:
    """The player, if this message brings it."""
    element = message.delta.new_element
    if not element.HasField("bidi_component"):
        return None
    player = element.bidi_component
    return player if player.component_name.endswith("dlbasic_network") else None


def _header(player: BidiComponent) -> dict[str, Any]:
    """What a message says beside its maps: see :mod:`dlbasic.ui.player`."""
    said: dict[str, Any] = json.loads(zlib.decompress(player.bytes).partition(b"\n")[0])
    return said


@dataclass(frozen=True)
class Lesson:
    """How a class watches: Play is pressed within so many seconds, and plays at this rate."""

    name: str
    arriving: float
    fps: float
    share: float  # of the seconds that the first lesson is watched


LESSONS = [
    Lesson("10 frames/s, Play pressed within 5 s", 5.0, 10.0, 1.0),
    Lesson("10 frames/s, Play pressed at once", 0.0, 10.0, 1 / 3),
    Lesson("20 frames/s, Play pressed within 5 s", 5.0, 20.0, 1 / 3),  # the player at 1×
]


async def watching_class(port: int, server: psutil.Process, seconds: float) -> list[dict[str, Any]]:
    """A row for each lesson; the class opens the page once, all at the same moment."""
    empty = server.memory_info().rss
    watchers = [Watcher(1 + place) for place in range(WATCHERS)]
    opening = await asyncio.gather(*(watcher.open(port) for watcher in watchers))
    rows = [
        {"work": f"{WATCHERS} watchers, {lesson.name}"}
        | await _lesson(watchers, server, lesson, seconds * lesson.share)
        | {
            "memory_mb": server.memory_info().rss / MB,
            "mb_per_session": (server.memory_info().rss - empty) / MB / WATCHERS,
            "open_p50_s": _quantile(opening, 0.5),
            "open_p95_s": _quantile(opening, 0.95),
        }
        for lesson in LESSONS
    ]
    for watcher in watchers:
        await watcher.socket.close()
    return rows


async def _lesson(
    watchers: list[Watcher], server: psutil.Process, lesson: Lesson, seconds: float
) -> dict[str, Any]:
    for watcher in watchers:
        watcher.latencies, watcher.margins, watcher.frames = [], [], 0
    start, before = time.perf_counter(), cpu_seconds(server)
    await asyncio.gather(
        *(
            watcher.watch(lesson.arriving * place / len(watchers), seconds, lesson.fps)
            for place, watcher in enumerate(watchers)
        )
    )
    cores = (cpu_seconds(server) - before) / (time.perf_counter() - start)
    latencies = list(itertools.chain(*(watcher.latencies for watcher in watchers)))
    margins = list(itertools.chain(*(watcher.margins for watcher in watchers)))
    return {
        "chunks": len(latencies),
        "frames_per_chunk": sum(watcher.frames for watcher in watchers) / len(latencies),
        "late": sum(margin < 0 for margin in margins),
        "p50_ms": 1000 * _quantile(latencies, 0.5),
        "p95_ms": 1000 * _quantile(latencies, 0.95),
        "worst_ms": 1000 * max(latencies),
        "least_margin_ms": 1000 * min(margins),
        "server_cores": cores,
    }


def _quantile(values: list[float], share: float) -> float:
    """The value that this share of all is at most."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]
