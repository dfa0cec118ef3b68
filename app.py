"""The app: page configuration, language, navigation, run."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.configure()
ui.navigate(PAGES).run()
ui.share()
