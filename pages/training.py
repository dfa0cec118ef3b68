"""A network that learns while you watch, settings compared."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.show("training", PAGES)
