"""The figure: where the article's own words are not right, and what is."""

from dlbasic.figures.overview.slips.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="slips",
    name=Text(ko="원문에서 바로잡을 곳", en="Where the article slips"),
    settings=(),
    show=show,
    words=Words(__file__, "words"),
)
