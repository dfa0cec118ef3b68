"""The article's sentences, measured: each a module named by its key, under its heading.

>>> CLAIMS["mish"].run(CLAIMS["mish"].defaults).verdict.value
'contradicted'
"""

from collections.abc import Iterator
from typing import Any

from dlbasic.claims.activation_functions import nonlinearity
from dlbasic.claims.base import SAID, Claim, Lap, Outcome, Plot, Verdict
from dlbasic.claims.binary_cross_entropy import bce
from dlbasic.claims.cross_entropy import ce_entropy, ce_one_hot, integer_labels
from dlbasic.claims.leaky_relu import leaky_relu, prelu
from dlbasic.claims.loss_functions import loss_measures_error
from dlbasic.claims.mse import mse, mse_cancel, mse_penalty
from dlbasic.claims.other_activations import elu, gelu, mish, silu
from dlbasic.claims.relu import dying_relu, relu_definition, relu_fast, relu_zig_zag
from dlbasic.claims.sigmoid import (
    sigmoid_classifier,
    sigmoid_one_direction,
    sigmoid_range,
    sigmoid_vanishing,
    zig_zag,
)
from dlbasic.claims.softmax import softmax, softmax_output
from dlbasic.claims.tanh import tanh_range, tanh_vanishing, tanh_zero_centred
from dlbasic.text import Text, both

# The article's headings in its order, and under each its sentences.
_ARTICLE: tuple[tuple[Text, tuple[Any, ...]], ...] = (
    (Text(ko="활성화 함수(Activation Function)", en="Activation functions"), (nonlinearity,)),
    (
        Text(ko="시그모이드(Sigmoid)", en="Sigmoid"),
        (
            sigmoid_range, sigmoid_classifier, sigmoid_vanishing, sigmoid_one_direction, zig_zag,
        ),
    ),
    (
        Text(ko="하이퍼볼릭 탄젠트(Tanh)", en="Tanh"),
        (tanh_range, tanh_zero_centred, tanh_vanishing),
    ),
    (both("ReLU"), (relu_definition, relu_fast, dying_relu, relu_zig_zag)),
    (both("Leaky ReLU"), (leaky_relu, prelu)),
    (Text(ko="소프트맥스(Softmax)", en="Softmax"), (softmax, softmax_output)),
    (Text(ko="그 외의 활성화 함수", en="Other activation functions"), (elu, gelu, silu, mish)),
    (Text(ko="손실 함수(Loss Function)", en="Loss functions"), (loss_measures_error,)),
    (
        Text(ko="평균 제곱 오차(MSE)", en="Mean squared error (MSE)"),
        (mse, mse_cancel, mse_penalty),
    ),
    (Text(ko="바이너리 크로스 엔트로피(Binary Cross-Entropy)", en="Binary cross-entropy"), (bce,)),
    (
        Text(ko="크로스 엔트로피(Cross-Entropy)", en="Cross-entropy"),
        (ce_one_hot, integer_labels, ce_entropy),
    ),
)  # fmt: skip

CLAIMS: dict[str, Claim[Any]] = {
    module.CLAIM.key: module.CLAIM for _, modules in _ARTICLE for module in modules
}
HEADINGS: tuple[tuple[Text, tuple[str, ...]], ...] = tuple(
    (heading, tuple(module.CLAIM.key for module in modules)) for heading, modules in _ARTICLE
)


def laps(keyed: tuple[str, Any]) -> Iterator[Lap]:
    """The run, lap by lap, of the claim with this key under these settings."""
    key, settings = keyed
    return CLAIMS[key].laps(settings)


__all__ = [
    "CLAIMS",
    "HEADINGS",
    "SAID",
    "Claim",
    "Lap",
    "Outcome",
    "Plot",
    "Verdict",
    "laps",
]
