"""A class hour through the article: predict, see, try, step by step."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.show("lesson", PAGES)
