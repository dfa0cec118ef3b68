"""The figure: which units die, which come back, and what it does to the loss."""

from dlbasic.figures.gradient_flow.dying.measure import Asked, Dying, Look
from dlbasic.figures.gradient_flow.dying.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="dying",
    name=Text(ko="죽는 유닛", en="Dying units"),
    settings=(Dying, Look, Asked),
    claims=("dying-relu", "leaky-relu", "prelu"),
    show=show,
    words=Words(__file__, "words"),
)
