"""The figure: a line fitted to the reader's points under three losses."""

from dlbasic.figures.losses.line.measure import LineFit, Shown
from dlbasic.figures.losses.line.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="line",
    name=Text(ko="직선 맞추기", en="A line to fit"),
    settings=(Shown, LineFit),
    claims=("mse", "mse-cancel", "mse-penalty"),
    show=show,
    words=Words(__file__, "words"),
)
