"""The page lesson: a class hour through the article, step by step: predict, see, try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbasic.figures import activations, gradient_flow, losses, training
from dlbasic.text import Text
from dlbasic.ui import Figure, Page
from dlbasic.words import Words


@dataclass(frozen=True)
class Step(Figure):
    """A figure of another page at prepared settings, with one claim to predict."""

    minutes: int = 5

    @property
    def claim(self) -> str:
        """The key of its claim."""
        (key,) = self.claims
        return key


def step(
    key: str, name: Text, page: Page, figure: str, claim: str, *, minutes: int,
    prepared: Mapping[str, Any] | None = None,
) -> Step:  # fmt: skip
    """A step that shows a page's figure.

    Its settings are its own, also those which the figure shares with others of its page: another
    step may prepare them otherwise.  The functions' parameters stay what they are everywhere.
    """
    whole = page.figure(figure)
    return Step(
        key=key, name=name, settings=whole.settings, show=whole.show, words=whole.words,
        claims=(claim,), shared=tuple(kind for kind in whole.shared if hasattr(kind, "key")),
        parts=whole.parts, prepared=prepared or {}, minutes=minutes,
    )  # fmt: skip


STEPS = (
    step(
        "nonlinear", Text(ko="활성화 함수를 빼면", en="Without an activation"),
        training.PAGE, "live", "nonlinearity", minutes=6,
        prepared={"data": "xor", "function": "identity"},
    ),
    step(
        "vanishing", Text(ko="사라지는 기울기", en="The gradient that vanishes"),
        gradient_flow.PAGE, "microscope", "sigmoid-vanishing", minutes=6,
        prepared={"functions": ("sigmoid",)},
    ),
    step(
        "zigzag", Text(ko="지그재그 경로", en="A zig-zag path"),
        gradient_flow.PAGE, "zigzag", "zig-zag", minutes=5,
    ),
    step(
        "fast", Text(ko="ReLU는 빠른가", en="Is ReLU fast?"),
        training.PAGE, "compare", "relu-fast", minutes=5,
    ),
    step(
        "dying", Text(ko="죽는 유닛", en="Units that die"),
        gradient_flow.PAGE, "dying", "dying-relu", minutes=6,
    ),
    step(
        "softmax", Text(ko="점수에서 확률로", en="From scores to probabilities"),
        activations.PAGE, "softmax", "softmax", minutes=4, prepared={"shift": 700.0},
    ),
    step(
        "newer", Text(ko="SiLU와 Mish", en="SiLU and Mish"),
        activations.PAGE, "explorer", "mish", minutes=4,
        prepared={"functions": ("silu", "mish"), "x": (-4.0, 1.0)},
    ),
    step(
        "outlier", Text(ko="크게 틀린 점 하나", en="One point far off"),
        losses.PAGE, "line", "mse-penalty", minutes=5,
        prepared={"part": "carried", "point": 8, "shown": "mae"},
    ),
    step(
        "two_classes", Text(ko="크게 틀린 답", en="An answer that is far off"),
        losses.PAGE, "two_classes", "bce", minutes=5, prepared={"score": -8.0},
    ),
    step(
        "numbers", Text(ko="클래스에 번호를 붙이면", en="Classes as numbers"),
        losses.PAGE, "class_numbers", "integer-labels", minutes=4,
        prepared={"classes": "5", "numbering": "order"},
    ),
)  # fmt: skip

PAGE = Page(
    key="lesson",
    title=Text(ko="수업", en="Lesson"),
    figures=STEPS,
    words=Words(__file__, "words"),
    lesson=True,
)
