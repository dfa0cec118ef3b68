"""The figure: value and slope of each loss, read, compared and written out."""

from dlbasic.figures.losses.explorer.measure import Below, Explorer
from dlbasic.figures.losses.explorer.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="explorer",
    name=Text(ko="손실 함수 탐색", en="The losses"),
    settings=(Explorer, Below),
    claims=("loss-measures-error",),
    show=show,
    words=Words(__file__, "words"),
)
