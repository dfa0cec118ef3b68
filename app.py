"""The app: page configuration, language, navigation, run."""

from dlbasic import ui

ui.configure()
ui.navigate().run()
ui.share()
