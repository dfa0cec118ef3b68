"""The figure: links that open a page with something worth seeing already set."""

from dlbasic.figures.overview.starts.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="starts",
    name=Text(ko="여기서 시작", en="Start here"),
    settings=(),
    show=show,
    words=Words(__file__, "words"),
)
