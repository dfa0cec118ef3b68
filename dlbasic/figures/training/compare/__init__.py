"""The figure: how fast each function learns, from the same seeds."""

from dlbasic.figures.training.compare.measure import Asked, Compare
from dlbasic.figures.training.compare.show import show
from dlbasic.measures.tasks import Task
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="compare",
    name=Text(ko="활성화 함수별 학습 속도 비교", en="How fast each activation function learns"),
    settings=(Compare, Asked),
    shared=(Task,),
    show=show,
    words=Words(__file__, "words"),
)
