"""The page gradient_flow: where the gradient dies, why, and what cures it."""

from dlbasic.figures.gradient_flow import cures, dying, microscope, training, zigzag
from dlbasic.text import Text
from dlbasic.ui import Page
from dlbasic.words import Words

PAGE = Page(
    key="gradient_flow",
    title=Text(ko="기울기의 흐름", en="Gradient flow"),
    figures=(microscope.FIGURE, training.FIGURE, zigzag.FIGURE, dying.FIGURE, cures.FIGURE),
    words=Words(__file__, "words"),
)
