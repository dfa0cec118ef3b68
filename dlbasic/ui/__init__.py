"""What stands around figures: pages, links, controls, long work, the player, claims' cards."""

from dlbasic.ui import encoding
from dlbasic.ui.asked import measured
from dlbasic.ui.claims import chip, known_outcome
from dlbasic.ui.drawing import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.page import Figure, Page, Site
from dlbasic.ui.panel import Panel, caption, say
from dlbasic.ui.player import Scene
from dlbasic.ui.replay import play, told
from dlbasic.ui.shell import configure, link_to, navigate, show
from dlbasic.ui.steps import play_steps
from dlbasic.ui.widgets import (
    beside,
    control,
    controls,
    fold,
    more,
    one_of,
    parameter_controls,
    part,
    table,
)

__all__ = [
    "Figure",
    "Kept",
    "Page",
    "Panel",
    "Scene",
    "Site",
    "beside",
    "caption",
    "chip",
    "configure",
    "control",
    "controls",
    "draw",
    "encoding",
    "fold",
    "known_outcome",
    "link_to",
    "measured",
    "more",
    "navigate",
    "one_of",
    "parameter_controls",
    "part",
    "play",
    "play_steps",
    "say",
    "show",
    "table",
    "told",
]
