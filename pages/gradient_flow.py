"""Where the gradient dies, why, and what cures it."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.show("gradient_flow", PAGES)
