"""The figure: class numbers as targets."""

from dlbasic.figures.losses.class_numbers.measure import Asked, ClassNumbers, Epochs, Shown
from dlbasic.figures.losses.class_numbers.show import show
from dlbasic.params import declared
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="class_numbers",
    name=Text(ko="클래스 번호를 그대로 쓰면", en="Why not class numbers?"),
    settings=(Shown, ClassNumbers, Epochs, Asked),
    parts={"runs": ("width", "spread", "seed", *declared(Epochs)), "all": ("run",)},
    claims=("integer-labels",),
    show=show,
    words=Words(__file__, "words"),
)
