"""The figure: a deep network under the microscope, layer by layer."""

from dlbasic.figures.gradient_flow.microscope.measure import Asked, Look, Microscope
from dlbasic.figures.gradient_flow.microscope.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="microscope",
    name=Text(ko="깊은 신경망 들여다보기", en="A deep network under the microscope"),
    settings=(Microscope, Look, Asked),
    claims=("sigmoid-vanishing", "tanh-vanishing"),
    show=show,
    words=Words(__file__, "words"),
)
