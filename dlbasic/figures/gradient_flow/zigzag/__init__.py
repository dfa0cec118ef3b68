"""The figure: two weights on their way to a target, and whose gradients force the zig-zag."""

from dlbasic.figures.gradient_flow.zigzag.measure import Look, Path, Signs
from dlbasic.figures.gradient_flow.zigzag.show import show
from dlbasic.text import Text
from dlbasic.ui import Figure
from dlbasic.words import Words

FIGURE = Figure(
    key="zigzag",
    name=Text(ko="지그재그", en="The zig-zag"),
    settings=(Look, Path, Signs),
    claims=("sigmoid-one-direction", "zig-zag", "tanh-zero-centred", "relu-zig-zag"),
    show=show,
    parts={"signs": ("data", "seeds", "signs_seed")},
    words=Words(__file__, "words"),
)
