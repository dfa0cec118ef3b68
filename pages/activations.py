"""Explore the functions, send sums through a neuron, softmax."""

from dlbasic import ui
from dlbasic.figures import PAGES

ui.show("activations", PAGES)
