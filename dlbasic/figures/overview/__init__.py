"""The page overview: where to start; every sentence with its verdict; where the article slips."""

from dlbasic.figures.overview import slips, stage, starts, verdicts
from dlbasic.text import Text
from dlbasic.ui import Page
from dlbasic.words import Words

PAGE = Page(
    key="overview",
    title=Text(ko="개요", en="Overview"),
    figures=(stage.FIGURE, starts.FIGURE, verdicts.FIGURE, slips.FIGURE),
    words=Words(__file__, "words"),
    numbered=False,
)
