"""The page losses: from the error to the gradient, and why each task has its own."""

from dlbasic.figures.losses import class_numbers, entropy, explorer, line, many_classes, two_classes
from dlbasic.text import Text
from dlbasic.ui import Page
from dlbasic.words import Words

PAGE = Page(
    key="losses",
    title=Text(ko="손실 함수", en="Losses"),
    figures=(
        explorer.FIGURE,
        line.FIGURE,
        two_classes.FIGURE,
        many_classes.FIGURE,
        class_numbers.FIGURE,
        entropy.FIGURE,
    ),
    words=Words(__file__, "words"),
)
