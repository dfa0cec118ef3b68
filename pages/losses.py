"""Losses: from the error to the gradient, and why each task has its own."""

from dlbasic import ui

page = ui.open_page("losses")

ui.say(page, "ex")
ui.loss_explorer_figure(page)

ui.say(page, "line")
ui.line_fit_figure(page)

ui.say(page, "two")
ui.two_classes_figure(page)

ui.say(page, "many")
ui.many_classes_figure(page)

ui.say(page, "numbers")
ui.class_numbers_figure(page)

ui.say(page, "entropy")
ui.information_figure(page)

ui.say(page, "claims")
ui.claims(page)
