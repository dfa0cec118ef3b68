"""The figure: each sentence of the article with its verdict."""

from dlbasic.figures.overview.verdicts.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="verdicts",
    name=Text(ko="글의 문장과 판정", en="The sentences and their verdicts"),
    settings=(),
    show=show,
    words=Words(__file__, "words"),
)
