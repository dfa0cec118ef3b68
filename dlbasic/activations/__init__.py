"""The article's activation functions, each one class: parameters, mathematics, facts.

>>> ACTIVATIONS["leaky_relu"](alpha=0.1)
LeakyReLU(alpha=0.1)
"""

from dlbasic.activations.base import Activation, Framework, Interval, Paper, TwoSteps, Values
from dlbasic.activations.gated import Mish, SiLU
from dlbasic.activations.gelu import GELU
from dlbasic.activations.rectified import ELU, LeakyReLU, PReLU, ReLU
from dlbasic.activations.saturating import Identity, Sigmoid, Softplus, Tanh

# In the article's order; the last two are there to compare with.
ACTIVATIONS: dict[str, type[Activation]] = {
    activation.key: activation
    for activation in (
        Sigmoid,
        Tanh,
        ReLU,
        LeakyReLU,
        PReLU,
        ELU,
        GELU,
        SiLU,
        Mish,
        Identity,
        Softplus,
    )
}

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "Activation",
    "Framework",
    "Identity",
    "Interval",
    "LeakyReLU",
    "Mish",
    "PReLU",
    "Paper",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Tanh",
    "TwoSteps",
    "Values",
]
