"""The figure: normally distributed sums go through a neuron's function."""

from dlbasic.activations import ACTIVATIONS
from dlbasic.figures.activations.neuron.measure import Neuron
from dlbasic.figures.activations.neuron.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="neuron",
    name=Text(ko="뉴런을 통과하면", en="Through a neuron"),
    settings=(Neuron,),
    shared=tuple(ACTIVATIONS.values()),
    show=show,
    words=Words(__file__, "words"),
)
