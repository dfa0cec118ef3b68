"""The figure: the same network learns two spirals with two functions, side by side."""

from dlbasic.figures.overview.stage.measure import Stage
from dlbasic.figures.overview.stage.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="stage",
    name=Text(ko="두 함수로 배우는 나선", en="Two functions learn two spirals"),
    settings=(Stage,),
    show=show,
    words=Words(__file__, "words"),
)
