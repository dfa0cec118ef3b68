"""The overview: what the app is, where to start, every sentence with its verdict."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.show("overview", PAGES)
