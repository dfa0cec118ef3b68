"""The article's claims as experiments, by key, in the article's order."""

from typing import Any

from dlbasic.experiments.base import Experiment, Outcome, Plot, Verdict
from dlbasic.experiments.classifier import SIGMOID_CLASSIFIER
from dlbasic.experiments.nonlinearity import NONLINEARITY
from dlbasic.experiments.ranges import SIGMOID_RANGE, TANH_RANGE
from dlbasic.experiments.rectified import RELU_DEFINITION
from dlbasic.experiments.smooth import GELU_SAMPLING, MISH
from dlbasic.experiments.softmax import SOFTMAX

EXPERIMENTS: dict[str, Experiment[Any]] = {
    experiment.key: experiment
    for experiment in (
        NONLINEARITY, SIGMOID_RANGE, SIGMOID_CLASSIFIER, TANH_RANGE, RELU_DEFINITION, SOFTMAX,
        GELU_SAMPLING, MISH,
    )
}  # fmt: skip

__all__ = ["EXPERIMENTS", "Experiment", "Outcome", "Plot", "Verdict"]
