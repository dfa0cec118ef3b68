"""Gradient flow: where the gradient dies, why, and what cures it."""

from dlbasic import ui

page = ui.open_page("gradient_flow")

ui.say(page, "deep")
ui.microscope(page)

ui.say(page, "live")
ui.deep_training(page)

ui.say(page, "zigzag")
ui.zigzag_figure(page)

ui.say(page, "lives")
ui.lives_figure(page)

ui.say(page, "cures")
ui.cures_figure(page)

ui.say(page, "claims")
ui.claims(page)
