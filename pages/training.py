"""A network that learns while you watch, the race of all functions."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.show("training", PAGES)
