"""The page activations: explore the functions, send sums through a neuron, softmax."""

from dlbasic.figures.activations import explorer, neuron, softmax
from dlbasic.text import Text
from dlbasic.ui import Page
from dlbasic.words import Words

PAGE = Page(
    key="activations",
    title=Text(ko="활성화 함수", en="Activations"),
    figures=(explorer.FIGURE, neuron.FIGURE, softmax.FIGURE),
    words=Words(__file__, "words"),
)
