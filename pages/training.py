"""Training: a network that learns while you watch, the race of all functions, the claims."""

from dlbasic import ui

page = ui.open_page("training")

ui.say(page, "live")
ui.training_figure(page)

ui.say(page, "race")
ui.race(page)

ui.say(page, "claims")
ui.claims(page)
