"""What the pages show: each page the list of its figures, each figure a folder."""

from dlbasic.figures import activations, gradient_flow, lesson, losses, overview, training
from dlbasic.ui import Site

# In the navigation's order.
PAGES: Site = {
    module.PAGE.key: module.PAGE
    for module in (overview, activations, losses, training, gradient_flow, lesson)
}
