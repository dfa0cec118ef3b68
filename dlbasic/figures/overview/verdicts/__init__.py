"""The figure: each sentence of the article with its verdict."""

from dlbasic.figures.overview.verdicts.show import Shown, show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="verdicts",
    name=Text(ko="원문의 문장과 판정", en="The article’s sentences and their verdicts"),
    settings=(Shown,),
    show=show,
    words=Words(__file__, "words"),
)
