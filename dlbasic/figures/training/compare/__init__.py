"""The figure: how fast networks learn that differ in one setting, from the same seeds."""

from dlbasic.figures.training.compare.measure import Asked, Compare
from dlbasic.figures.training.compare.show import show
from dlbasic.measures.tasks import Task
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="compare",
    name=Text(ko="설정별 학습 속도 비교", en="Settings compared"),
    settings=(Compare, Asked),
    shared=(Task,),
    show=show,
    words=Words(__file__, "words"),
)
