"""Activation functions: explore them, send sums through a neuron, softmax, the claims."""

from dlbasic import ui

page = ui.open_page("activations")

ui.say(page, "explorer")
ui.explorer(page)
ui.reading(page)
ui.say(page, "formulas")
ui.formulas(page)
ui.say(page, "facts")
ui.facts(page)

ui.say(page, "neuron")
ui.neuron(page)

ui.say(page, "softmax")
ui.softmax_figure(page)

ui.say(page, "claims")
ui.claims(page)
