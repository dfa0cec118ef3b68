"""The figure: functions, starts and skip connections side by side."""

from dlbasic.figures.gradient_flow.cures.measure import Asked, Cures, Look
from dlbasic.figures.gradient_flow.cures.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="cures",
    name=Text(ko="해결책 비교", en="Cures compared"),
    settings=(Cures, Look, Asked),
    claims=("relu-fast", "elu", "silu"),
    show=show,
    words=Words(__file__, "words"),
)
