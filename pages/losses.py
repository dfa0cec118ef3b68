"""From the error to the gradient, and why each task has its own."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.show("losses", PAGES)
