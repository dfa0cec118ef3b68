"""What stands around figures: pages, links, controls, long work, the player, claims' cards."""

from dlbasic.ui import encoding
from dlbasic.ui.asked import measured
from dlbasic.ui.claims import COLOURS
from dlbasic.ui.drawing import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.own_data import own_data_fold, own_points, press
from dlbasic.ui.page import Figure, Offer, Page, Site
from dlbasic.ui.panel import Panel, as_html, caption, say
from dlbasic.ui.player import Frame, Network, Scene
from dlbasic.ui.replay import place_shown, play, play_whole, take_changes, told
from dlbasic.ui.shell import configure, link_to, link_to_card, navigate, show
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
from dlbasic.ui.wiring import Limits, Named, Table, View, Wiring

__all__ = [
    "COLOURS",
    "Figure",
    "Frame",
    "Kept",
    "Limits",
    "Named",
    "Network",
    "Offer",
    "Page",
    "Panel",
    "Scene",
    "Site",
    "Table",
    "View",
    "Wiring",
    "as_html",
    "beside",
    "caption",
    "configure",
    "control",
    "controls",
    "draw",
    "encoding",
    "fold",
    "link_to",
    "link_to_card",
    "measured",
    "more",
    "navigate",
    "one_of",
    "own_data_fold",
    "own_points",
    "parameter_controls",
    "part",
    "place_shown",
    "play",
    "play_steps",
    "play_whole",
    "press",
    "say",
    "show",
    "table",
    "take_changes",
    "told",
]
