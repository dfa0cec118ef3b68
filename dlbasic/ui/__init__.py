"""Everything that draws with Streamlit, outside the pages themselves."""

from dlbasic.ui.claims import claims
from dlbasic.ui.cures import cures_figure
from dlbasic.ui.deep import microscope
from dlbasic.ui.deep_live import deep_training
from dlbasic.ui.explorer import explorer, facts, formulas, reading
from dlbasic.ui.lives import lives_figure
from dlbasic.ui.neuron import neuron
from dlbasic.ui.overview import starting_points, verdicts
from dlbasic.ui.prose import say
from dlbasic.ui.race import race
from dlbasic.ui.shell import configure, navigate, open_page, share
from dlbasic.ui.softmax import softmax_figure
from dlbasic.ui.training import training_figure
from dlbasic.ui.zigzag import zigzag_figure

__all__ = [
    "claims",
    "configure",
    "cures_figure",
    "deep_training",
    "explorer",
    "facts",
    "formulas",
    "lives_figure",
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
    "verdicts",
    "zigzag_figure",
]
