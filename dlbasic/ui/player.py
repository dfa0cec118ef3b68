"""The live player: a network's training, played frame by frame in the browser.

A run is a deterministic function of its settings.  Its frames are numbered 0, 1, 2, … (0 shows the
initial weights) and never change, so the player is a cursor over known frames: Pause, Step, Reset
and scrubbing move it, and nothing on the server is ever rewound.  The browser asks for the frames
that it lacks, a chunk at a time, and plays them by its own clock.

A message is one compressed block: a line of JSON, then the maps.  It is less than half of the same
in JSON and base64.  The script is ``static/player.js``; given inline, Streamlit would send it along
with every message.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Protocol

import streamlit as st

from dlbasic.text import Language
from dlbasic.ui.component import component
from dlbasic.ui.player_words import NETWORK_WORDS, PAIR_WORDS, WORDS
from dlbasic.ui.wiring import MOST_FRAMES, View, Wiring

FRAMES = 20  # in a chunk, unless the browser plays so fast that it asks for more
LONGEST_VALUE = 2000  # letters of a value that the drawing sets
MOST_TOLD = 2**53  # a change's number: the browser's milliseconds
MOST_POINTS = 100  # pressed at once
MAX_CLASSES = 5  # as many shapes and hues as tell classes apart, and 50 levels of each in a byte

_MODULES = (
    "playback", "recording", "map", "layers", "pair", "curve", "reader", "numbers", "terms",
    "network", "forward", "wires", "nodes", "heads", "unit", "readings",
)  # fmt: skip
_PARTS = ("player.js", *(f"player-{name}.js" for name in _MODULES), "player.css")

Kind = Literal["binary", "classes", "regression", "layers"]


@dataclass(frozen=True)
class Frame:
    """The network after some training: its losses, its accuracies, the map of its outputs.

    The first loss and accuracy are those on the training data, the second on the test data.  Of two
    networks side by side the first of each is the first network's: the loss on the training data,
    the accuracy on the test data, and of ``outputs`` the first half.

    ``outputs`` has size·size bytes, row 0 on top.  Binary: 0 to 255 for a probability of class 1
    from 0 to 1.  Regression: 0 to 255 for a value from -1 to 1.  Classes: 50·class + confidence,
    which goes from 0, undecided, to 49, sure.  Layers: one byte a layer, the inputs' side first, 0
    for a gradient of 0, 1 to 255 for the powers of ten between the scene's ``decades`` and, at the
    ends, for what is beyond them.
    """

    epoch: int
    loss1: float
    loss2: float
    accuracy1: float | None
    accuracy2: float | None
    outputs: bytes


@dataclass(frozen=True)
class Chunk:
    """Frames from number ``start`` on; ``ended`` says why none follow, where none do."""

    start: int
    frames: tuple[Frame, ...]
    ended: str | None = None


@dataclass(frozen=True)
class Network:
    """One of two networks side by side: its name, and how its line is drawn."""

    name: str
    colour: str
    dash: tuple[int, ...]


@dataclass(frozen=True)
class Scene:
    """What stays the same in all frames of a run: the plane, the data points on it, the names.

    Another ``run`` means other settings: the player forgets every frame.  Both axes of the plane
    go from ``-extent`` to ``extent``; the map has size·size cells, each coloured by the output at
    its centre.  ``value`` is a point's class, or for regression its target from -1 to 1.
    ``strong`` says what a class's strong colour means: that its probability is high, or that the
    output is near its number.  ``networks`` are two that learn side by side, or none where there is
    but one.  ``rate`` is the number of frames in a second; a run that ``opens``, and is sent whole,
    plays once by itself.  With ``network`` the browser draws the network itself.

    Raises ``ValueError`` when the points' lists differ in length or a value is out of its range.

    >>> points = {"x": (0.5,), "y": (-1.0,), "value": (2.0,), "test": (False,)}
    >>> Scene("run 1", "binary", 50, 6.0, **points, class_names=("A", "B"), loss_name="BCE")
    Traceback (most recent call last):
    ...
    ValueError: a point's value must be a class from 0 to 1, not 2.0
    """

    run: str
    kind: Kind
    size: int
    extent: float
    x: tuple[float, ...]
    y: tuple[float, ...]
    value: tuple[float, ...]
    test: tuple[bool, ...]
    class_names: tuple[str, ...]
    loss_name: str
    decades: tuple[int, int] = (0, 0)
    strong: Literal["sure", "near"] = "sure"
    networks: tuple[Network, ...] = ()
    rate: int = 24
    opens: bool = False
    network: Wiring | None = None

    @property
    def cells(self) -> int:
        """How many bytes a frame has."""
        if self.network:
            return 4 * self.network.floats(len(self.class_names))
        if self.kind == "layers":
            return self.size
        return self.size * self.size * (len(self.networks) or 1)

    def __post_init__(self) -> None:
        if len({len(self.x), len(self.y), len(self.value), len(self.test)}) != 1:
            raise ValueError("x, y, value and test must be of one length")
        if len(self.networks) not in (0, 2):
            raise ValueError(f"two networks must stand side by side, not {len(self.networks)}")
        if self.kind == "layers":
            return
        if self.kind == "regression":
            if not all(-1.0 <= value <= 1.0 for value in self.value):
                raise ValueError("a point's value must be a target from -1 to 1")
            return
        count = len(self.class_names)
        if not 2 <= count <= (2 if self.kind == "binary" else MAX_CLASSES):
            raise ValueError(f"{self.kind} cannot have {count} classes")
        for value in self.value:
            if value not in range(count):
                raise ValueError(
                    f"a point's value must be a class from 0 to {count - 1}, not {value}"
                )


class Goal(NamedTuple):
    """The frame that the link names, and how many links the session has followed to one.

    The browser goes there when it meets the run first, and whenever another link was followed:
    what is said in vain, as messages may overtake each other, is said again with the next.  A
    session that is new to a browser which has the run (0 links) does not move its reader.
    """

    frame: int = 0
    followed: int = 0
    batch: int = 0  # batches further


class Shown(NamedTuple):
    """The frame shown, as far as it is known here; the one that the reader has just gone to.

    ``batch`` is how many batches after it.
    """

    frame: int
    moved_to: int | None
    batch: int = 0


class Source(Protocol):
    """What gives a run's frames."""

    def chunk(self, start: int, most: int) -> Chunk:
        """The frames from ``start`` on, at most so many, as there is time for a fraction of a
        second, or none and the reason when ``start`` is beyond the last.

        It is asked when the browser lacks frames, never for one beyond the first that has not been
        given yet.
        """

    def between(self, start: int, batch: int) -> Chunk:
        """The network so many batches after a frame, as the only frame.

        Without a frame there was no time to get there yet, or, where it says why, there is none.
        """


class _Sent(NamedTuple):
    """What the browser has been given: frames of a run, numbered up to ``known``."""

    run: str
    known: int = 0
    ended: bool = False


def player(
    key: str, scene: Scene, source: Source, goal: Goal, language: Language, *,
    view: View | None = None, changed: Callable[[], None] = lambda: None,
) -> Shown:  # fmt: skip
    """Draw the player; gives the number of the frame shown, as the browser last reported it.

    Call it in a fragment of its own, so that asking for frames reruns nothing else.  ``changed`` is
    called before the run in which the drawing sets a parameter, see :func:`change`.
    """
    sent: _Sent = st.session_state.get(f"{key}:sent", _Sent(""))
    if sent.run != scene.run:
        sent = _Sent(scene.run)
    report = st.session_state.get(key) or {}
    wanted = asked(report.get("wanted"), scene.run, sent.known)
    if wanted is None and (sent.known == 0 or sent.ended):
        wanted = sent.known  # the first frames, or the reason of the end in another language

    place = report.get("wanted")
    batch = _whole(place, "batch") if wanted is not None else 0
    between: Chunk | None = None
    if wanted is not None and batch:
        between = source.between(wanted, batch)
    if wanted is None or batch:
        chunk = Chunk(sent.known, ())
    else:
        chunk = source.chunk(wanted, min(max(_whole(place, "most"), FRAMES), MOST_FRAMES))
    known = max(sent.known, chunk.start + len(chunk.frames))
    st.session_state[f"{key}:sent"] = _Sent(scene.run, known, sent.ended or chunk.ended is not None)
    told = report.get("shown")
    shown = asked(told, scene.run, max(known - 1, 0))
    if shown is None:  # the browser goes to the link's frame where it has been given that
        shown = goal.frame if goal.frame < known else 0
    # What was told before a link was followed, or of the same run at another time, is no move.
    new = told != st.session_state.get(f"{key}:told") and _follows(told, goal)
    st.session_state[f"{key}:told"] = told

    setting, identity = _setting(key, scene, language)
    header = {
        "key": key,
        "shown": shown,  # of this frame what stands below is told, so many batches after it
        "batch": _whole(told, "batch") if new else goal.batch * (shown == goal.frame),
        "goal": goal.frame,
        "goal_batch": goal.batch,
        "followed": goal.followed,
        "view": asdict(view) if view else None,
        "heard": st.session_state.get(f"{key}:heard", 0),
        "between": between
        and {
            "frame": wanted,
            "batch": batch,
            "there": bool(between.frames),
            "never": between.ended,
        },
        "scene_id": identity,
        # The points and the words go out once, not with every chunk.
        "scene": None if _has(report.get("wanted"), identity) else json.loads(setting),
    }
    mount = _mount_pair if scene.networks else _mount_network if scene.network else _mount
    mount(
        key=key,
        data=message(scene, Chunk(between.start, between.frames) if between else chunk, header),
        on_wanted_change=lambda: None,
        on_shown_change=lambda: None,
        on_changed_change=changed,
    )
    return Shown(shown, asked(told, scene.run) if new else None, _whole(told, "batch"))


class Change(NamedTuple):
    """Parameters that the drawing sets: by name, each as a link says it, and at which moment."""

    values: Mapping[str, str]
    frame: int
    batch: int
    points: tuple[tuple[float, float], ...] = ()  # of the plane that were pressed


def change(key: str) -> Change | None:
    """What the drawing of the player ``key`` has just set, if it has; untrusted.

    Call it once, in the callback: the browser hears with the next message that it was heard.
    """
    report = (st.session_state.get(key) or {}).get("changed")
    if not isinstance(report, dict) or not isinstance(changes := report.get("changes"), dict):
        return None
    heard = st.session_state.get(f"{key}:heard", 0)
    st.session_state[f"{key}:heard"] = _whole(report, "told", MOST_TOLD)
    values = {
        name: value[:LONGEST_VALUE]
        for name, value in changes.items()
        if isinstance(name, str) and isinstance(value, str)
    }
    points = _points(report.get("points"), heard)
    return Change(values, _whole(report, "frame"), _whole(report, "batch"), points)


def _points(said: object, heard: int) -> tuple[tuple[float, float], ...]:
    """The places pressed since a change was ``heard``: one may tell of earlier ones again."""
    found = []
    for one in said[:MOST_POINTS] if isinstance(said, list) else ():
        match one:
            case [int(number), str(place)] if number > heard:
                across, _, up = place.partition(",")
                with suppress(ValueError):
                    found.append((float(across), float(up)))
    return tuple(found)


def forget(key: str) -> None:
    """The player's run begins anew: none of its frames have been given yet."""
    st.session_state.pop(f"{key}:sent", None)


def asked(report: object, run: str, last: float = math.inf) -> int | None:
    """The frame of this run that a browser's message names, at most ``last``; else None.

    >>> asked({"run": "a", "frame": 7}, "a", 20), asked({"run": "a", "frame": 10**30}, "a", 20)
    (7, 20)
    >>> asked({"run": "b", "frame": 7}, "a", 20), asked({"run": "a", "frame": True}, "a", 20)
    (None, None)
    """
    if not isinstance(report, dict) or report.get("run") != run:
        return None
    frame = report.get("frame")
    if not isinstance(frame, int) or isinstance(frame, bool) or frame < 0:
        return None
    return int(min(frame, last))


def _whole(report: object, name: str, most: int = 10**6) -> int:
    """A whole number in a browser's message, 0 where there is none that makes sense."""
    number = report.get(name) if isinstance(report, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return 0
    return min(max(number, 0), most)


def _follows(report: object, goal: Goal) -> bool:
    """Whether the browser has told this since it knows of the last link that was followed."""
    return isinstance(report, dict) and report.get("followed") == goal.followed


def _has(report: object, identity: str) -> bool:
    """Whether the browser says that it has this setting."""
    return isinstance(report, dict) and report.get("scene") == identity


def message(scene: Scene, chunk: Chunk, header: Mapping[str, Any]) -> bytes:
    """A chunk as the browser gets it: a line of JSON and the frames' maps, compressed.

    Numbers that are not finite become ``null``.  Raises ``ValueError`` for a map of another size.
    """
    for frame in chunk.frames:
        if len(frame.outputs) != scene.cells:
            raise ValueError(f"a map must have {scene.cells} bytes, not {len(frame.outputs)}")
    frames = chunk.frames
    line = dict(header) | {
        "run": scene.run,
        "start": chunk.start,
        "ended": chunk.ended,
        "epoch": [frame.epoch for frame in frames],
        "loss1": [_finite(frame.loss1) for frame in frames],
        "loss2": [_finite(frame.loss2) for frame in frames],
        "accuracy1": [_finite(frame.accuracy1) for frame in frames],
        "accuracy2": [_finite(frame.accuracy2) for frame in frames],
    }
    text = json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    maps = tuple(frame.outputs for frame in frames)
    # A reader's own points are kept for nobody else.
    whole = chunk.start == 0 and chunk.ended is not None and scene.network is None
    return _kept(text, maps) if whole else _compressed(text, maps)


def _compressed(text: str, maps: tuple[bytes, ...]) -> bytes:
    return zlib.compress(text.encode() + b"\n" + b"".join(maps))


_kept = lru_cache(maxsize=8)(_compressed)  # a run that is sent whole: most readers get the same


def _finite(value: float | None) -> float | None:
    """Six digits, more than anyone sees; None for what JSON cannot say."""
    return float(f"{value:.6g}") if value is not None and math.isfinite(value) else None


def _setting(key: str, scene: Scene, language: Language) -> tuple[str, str]:
    """The scene and the page's words as JSON, and a mark of them; made once for each scene."""
    kept = st.session_state.get(f"{key}:setting")
    if kept is None or kept[0] is not scene or kept[1] != language:
        text = described(scene, language)
        kept = scene, language, text, f"{zlib.crc32(text.encode()):x}"
        st.session_state[f"{key}:setting"] = kept
    return kept[2], kept[3]


def described(scene: Scene, language: Language) -> str:
    """The scene and the page's words, as JSON."""
    words = {name: text[language] for name, text in WORDS.items()}
    if scene.networks:
        words |= {name: text[language] for name, text in PAIR_WORDS.items()}
        words |= {"line1": scene.networks[0].name, "line2": scene.networks[1].name}
    if scene.network:
        words |= {name: text[language] for name, text in NETWORK_WORDS.items()}
    report = asdict(scene) | {
        "x": [round(value, 3) for value in scene.x],
        "y": [round(value, 3) for value in scene.y],
        "value": [round(value, 3) for value in scene.value],
        "test": [int(test) for test in scene.test],
        "words": words,
    }
    return json.dumps(report, ensure_ascii=False, allow_nan=False)


# As high as the board will be, so that nothing below it moves when its script has come.
_ROOM = (
    ".player { min-height: 29rem; } @media (max-width: 640px) { .player { min-height: 54rem; } }"
)
_PAIR_ROOM = (
    ".player { min-height: 28rem; } @media (max-width: 640px) { .player { min-height: 30rem; } }"
    "@media (min-width: 1700px) { .player { min-height: 33rem; } }"
)
_NETWORK_ROOM = (
    ".player { min-height: 46rem; } @media (max-width: 640px) { .player { min-height: 110rem; } }"
)
_HTML = '<div class="player"></div>'
_mount = component("dlbasic_player", _PARTS, _HTML, _ROOM)
_mount_pair = component("dlbasic_pair", _PARTS, _HTML, _PAIR_ROOM)
_mount_network = component("dlbasic_network", _PARTS, _HTML, _NETWORK_ROOM)
