"""Losses, each one class: values from predictions or scores, gradients in the same space, facts.

>>> LOSSES["huber"](delta=0.5)
Huber(delta=0.5)
"""

from dlbasic.losses.base import Head, Loss, listed
from dlbasic.losses.cross_entropy import CrossEntropy, smoothed
from dlbasic.losses.margin import Focal, Hinge
from dlbasic.losses.regression import MAE, MSE, Huber, LogCosh
from dlbasic.losses.two_classes import BCE, SigmoidMSE

# In the article's order, each with what it is compared with.
LOSSES: dict[str, type[Loss]] = {
    loss.key: loss
    for loss in (MSE, MAE, Huber, LogCosh, BCE, SigmoidMSE, Hinge, Focal, CrossEntropy)
}

__all__ = [
    "BCE",
    "LOSSES",
    "MAE",
    "MSE",
    "CrossEntropy",
    "Focal",
    "Head",
    "Hinge",
    "Huber",
    "LogCosh",
    "Loss",
    "SigmoidMSE",
    "listed",
    "smoothed",
]
