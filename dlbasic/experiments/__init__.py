"""The article's claims as experiments, by key, in the article's order."""

from typing import Any

from dlbasic.experiments.bad_start import BAD_START
from dlbasic.experiments.base import Experiment, Outcome, Plot, Verdict
from dlbasic.experiments.bce_claim import BCE_CLAIM
from dlbasic.experiments.cancelling import MSE_CANCEL
from dlbasic.experiments.ce_entropy import CE_ENTROPY
from dlbasic.experiments.classifier import SIGMOID_CLASSIFIER
from dlbasic.experiments.directions import SIGMOID_ONE_DIRECTION
from dlbasic.experiments.dying import DYING_RELU
from dlbasic.experiments.integer_labels import INTEGER_LABELS
from dlbasic.experiments.leaky import LEAKY_RELU
from dlbasic.experiments.least_squares import MSE_CLAIM
from dlbasic.experiments.measures_error import LOSS_MEASURES_ERROR
from dlbasic.experiments.nonlinearity import NONLINEARITY
from dlbasic.experiments.one_hot import CE_ONE_HOT
from dlbasic.experiments.penalty import MSE_PENALTY
from dlbasic.experiments.prelu import PRELU
from dlbasic.experiments.ranges import SIGMOID_RANGE, TANH_RANGE
from dlbasic.experiments.rectified import RELU_DEFINITION
from dlbasic.experiments.relu_fast import RELU_FAST
from dlbasic.experiments.relu_zigzag import RELU_ZIG_ZAG
from dlbasic.experiments.silu import SILU
from dlbasic.experiments.smooth import GELU_SAMPLING, MISH
from dlbasic.experiments.softmax import SOFTMAX
from dlbasic.experiments.softmax_output import SOFTMAX_OUTPUT
from dlbasic.experiments.vanishing import SIGMOID_VANISHING
from dlbasic.experiments.vanishing_scales import TANH_VANISHING
from dlbasic.experiments.zero_centred import TANH_ZERO_CENTRED
from dlbasic.experiments.zigzag import ZIG_ZAG

EXPERIMENTS: dict[str, Experiment[Any]] = {
    experiment.key: experiment
    for experiment in (
        NONLINEARITY,
        SIGMOID_RANGE,
        SIGMOID_CLASSIFIER,
        SIGMOID_VANISHING,
        SIGMOID_ONE_DIRECTION,
        ZIG_ZAG,
        TANH_RANGE,
        TANH_ZERO_CENTRED,
        TANH_VANISHING,
        RELU_DEFINITION,
        RELU_FAST,
        DYING_RELU,
        RELU_ZIG_ZAG,
        LEAKY_RELU,
        PRELU,
        SOFTMAX,
        SOFTMAX_OUTPUT,
        BAD_START,
        GELU_SAMPLING,
        SILU,
        MISH,
        LOSS_MEASURES_ERROR,
        MSE_CLAIM,
        MSE_CANCEL,
        MSE_PENALTY,
        BCE_CLAIM,
        CE_ONE_HOT,
        INTEGER_LABELS,
        CE_ENTROPY,
    )
}

__all__ = ["EXPERIMENTS", "Experiment", "Outcome", "Plot", "Verdict"]
