"""The figure: the gradient of every layer while a deep network trains."""

from dlbasic.figures.gradient_flow.training.measure import DeepTraining
from dlbasic.figures.gradient_flow.training.show import show
from dlbasic.measures.replay import Watched
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="training",
    name=Text(ko="학습하는 동안의 기울기", en="The gradient during training"),
    settings=(DeepTraining, Watched),
    show=show,
    words=Words(__file__, "words"),
)
