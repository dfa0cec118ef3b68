"""Everything that draws with Streamlit, outside the pages themselves."""

from dlbasic.ui.claims import claims
from dlbasic.ui.class_numbers import class_numbers_figure
from dlbasic.ui.cures import cures_figure
from dlbasic.ui.deep import microscope
from dlbasic.ui.deep_live import deep_training
from dlbasic.ui.explorer import explorer, facts, formulas, reading
from dlbasic.ui.information import information_figure
from dlbasic.ui.line_fit import line_fit_figure
from dlbasic.ui.lives import lives_figure
from dlbasic.ui.loss_explorer import loss_explorer_figure
from dlbasic.ui.many_classes import many_classes_figure
from dlbasic.ui.neuron import neuron
from dlbasic.ui.overview import starting_points, verdicts
from dlbasic.ui.prose import say
from dlbasic.ui.race import race
from dlbasic.ui.shell import configure, navigate, open_page, share
from dlbasic.ui.softmax import softmax_figure
from dlbasic.ui.training import training_figure
from dlbasic.ui.two_classes import two_classes_figure
from dlbasic.ui.zigzag import zigzag_figure

__all__ = [
    "claims",
    "class_numbers_figure",
    "configure",
    "cures_figure",
    "deep_training",
    "explorer",
    "facts",
    "formulas",
    "information_figure",
    "line_fit_figure",
    "lives_figure",
    "loss_explorer_figure",
    "many_classes_figure",
    "microscope",
    "navigate",
    "neuron",
    "open_page",
    "race",
    "reading",
    "say",
    "share",
    "softmax_figure",
    "starting_points",
    "training_figure",
    "two_classes_figure",
    "verdicts",
    "zigzag_figure",
]
