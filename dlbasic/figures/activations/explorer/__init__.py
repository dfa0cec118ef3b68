"""The figure: value and slope of the chosen functions, read and compared."""

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.activations.explorer.measure import Below, Explorer
from dlbasic.figures.activations.explorer.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="explorer",
    name=Text(ko="값과 미분값", en="Value and slope"),
    settings=(Explorer, Below),
    shared=tuple(ACTIVATIONS.values()),
    claims=("sigmoid-range", "tanh-range", "relu-definition", "gelu", "mish"),
    show=show,
    words=Words(__file__, "words"),
)
