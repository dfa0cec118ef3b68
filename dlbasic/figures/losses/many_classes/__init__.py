"""The figure: several classes, from scores to the gradient."""

from dlbasic.figures.losses.many_classes.measure import Below, ManyClasses
from dlbasic.figures.losses.many_classes.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="many_classes",
    name=Text(ko="다중 클래스 분류", en="Many classes"),
    settings=(ManyClasses, Below),
    claims=("softmax-output", "ce-one-hot"),
    show=show,
    words=Words(__file__, "words"),
)
