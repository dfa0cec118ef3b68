"""The same network learns two spirals with two functions, side by side; which two is a switch."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import STYLES, function_names
from dlbasic.datasets import EXTENT
from dlbasic.figures.overview.stage.measure import (
    EPOCHS,
    FUNCTIONS,
    LEVELS,
    SIZE,
    TARGET,
    TASK,
    Learned,
    learn,
    points,
)
from dlbasic.measures.settings import SEEDS
from dlbasic.text import Language, Text
from dlbasic.ui import Frame, Kept, Network, Panel, Scene, caption, encoding, part, play_whole

RATE = 12  # epochs in a second
_CLASS = Text(ko="클래스 {number}", en="class {number}")
_LOSS = Text(ko="훈련 손실({loss})", en="Training loss ({loss})")
_WAITING = Text(ko="신경망을 학습시키고 있습니다…", en="Training the networks…")
_RUNS = Kept(learn)


def show(panel: Panel) -> None:
    """The two networks, and what came out."""
    language = panel.language
    one, other = part(panel, "pair").split("-")
    learned = _RUNS.get(TASK, _WAITING, language)
    play_whole(panel, "stage-player", _scene(one, other, language), _frames(learned, one, other))
    slots: dict[str, Any] = {"epochs": EPOCHS, "seeds": SEEDS, "target": TARGET}
    for slot, key in (("one", one), ("other", other)):
        place = FUNCTIONS.index(key)
        slots |= {
            slot: ACTIVATIONS[key].name.short.inside[language],
            f"{slot}_accuracy": float(learned.accuracies[-1, place]),
            f"{slot}_reached": float(learned.reached[place]),
        }
    caption(panel, "caption", slots)


@lru_cache(maxsize=8)
def _frames(learned: Learned, one: str, other: str) -> tuple[Frame, ...]:
    """The run of two of the networks, epoch by epoch."""
    a, b = FUNCTIONS.index(one), FUNCTIONS.index(other)
    losses, accuracies = learned.losses.tolist(), learned.accuracies.tolist()
    maps = learned.maps[:, [a, b]] / LEVELS
    return tuple(
        Frame(epoch, loss[a], loss[b], accuracy[a], accuracy[b], encoding.probabilities(outputs))
        for epoch, (loss, accuracy, outputs) in enumerate(
            zip(losses, accuracies, maps, strict=True)
        )
    )


def _scene(one: str, other: str, language: Language) -> Scene:
    """The plane with the points that both networks learn from, and the networks' names."""
    data, names = points(), function_names(language)
    return Scene(
        f"{one}-{other}", "binary", SIZE, EXTENT,
        tuple(data.inputs[:, 0].tolist()), tuple(data.inputs[:, 1].tolist()),
        tuple(data.targets.astype(float).tolist()), (False,) * len(data),
        (_CLASS.fill(language, {"number": 0}), _CLASS.fill(language, {"number": 1})),
        _LOSS.fill(language, {"loss": TASK.measured.name.short.inside[language]}),
        networks=tuple(
            Network(names[key], STYLES[key].colour, STYLES[key].dash) for key in (one, other)
        ),
        rate=RATE, opens=True,
    )  # fmt: skip
