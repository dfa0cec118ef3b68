"""The figure: a network that learns while it is watched."""

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.training.live.measure import At, Live, View
from dlbasic.figures.training.live.offers import OFFERS
from dlbasic.figures.training.live.show import show
from dlbasic.measures.tasks import Task
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="live",
    name=Text(ko="학습하는 신경망", en="A network that learns"),
    settings=(Live, View, At),
    shared=(Task, *ACTIVATIONS.values()),
    claims=("nonlinearity", "sigmoid-classifier"),
    show=show,
    words=Words(__file__, "words"),
    offers=OFFERS,
)
