"""The page training: a network that learns while you watch, settings compared."""

from dlbasic.figures.training import compare, live
from dlbasic.text import Text
from dlbasic.ui import Page
from dlbasic.words import Words

PAGE = Page(
    key="training",
    title=Text(ko="플레이그라운드", en="Playground"),
    figures=(live.FIGURE, compare.FIGURE),
    words=Words(__file__, "words"),
)
