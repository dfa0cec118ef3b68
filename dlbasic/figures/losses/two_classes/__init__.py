"""The figure: two classes, and why squared error stalls."""

from dlbasic.figures.losses.two_classes.measure import Answer, Epochs, Shown, WrongStart
from dlbasic.figures.losses.two_classes.show import show
from dlbasic.params import declared
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="two_classes",
    name=Text(ko="이진 분류", en="Two classes"),
    settings=(Shown, Answer, WrongStart, Epochs),
    parts={"runs": (*declared(WrongStart), *declared(Epochs))},
    claims=("bce",),
    show=show,
    words=Words(__file__, "words"),
)
