"""The figure: scores into probabilities, stably and not."""

from dlbasic.figures.activations.softmax.measure import Softmax
from dlbasic.figures.activations.softmax.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="softmax",
    name=Text(ko="소프트맥스", en="Softmax"),
    settings=(Softmax,),
    claims=("softmax",),
    show=show,
    words=Words(__file__, "words"),
)
