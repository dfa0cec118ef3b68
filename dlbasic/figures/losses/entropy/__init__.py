"""The figure: what cross-entropy is made of."""

from dlbasic.figures.losses.entropy.measure import Entropy, Shown
from dlbasic.figures.losses.entropy.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="entropy",
    name=Text(ko="엔트로피", en="Entropy"),
    settings=(Shown, Entropy),
    claims=("ce-entropy",),
    show=show,
    words=Words(__file__, "words"),
)
