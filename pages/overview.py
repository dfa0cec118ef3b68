"""What the app is and where to start; it grows into the ledger of all claims."""

from dlbasic import ui

page = ui.open_page("overview")
ui.say(page, "about")

ui.say(page, "start")
ui.starting_points(page)

ui.say(page, "verdicts")
ui.verdicts(page)
