"""The app: page configuration, language, navigation, run; nothing else."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.configure()
ui.navigate(PAGES).run()
