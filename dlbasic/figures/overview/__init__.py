"""The page overview: what the app is and where to start; every sentence with its verdict."""

from dlbasic.figures.overview import starts, verdicts
from dlbasic.text import Text
from dlbasic.ui import Page
from dlbasic.words import Words

PAGE = Page(
    key="overview",
    title=Text(ko="개요", en="Overview"),
    figures=(starts.FIGURE, verdicts.FIGURE),
    words=Words(__file__, "words"),
    numbered=False,
)
