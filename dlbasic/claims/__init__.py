"""The article's sentences, measured: each a module named by its key, under its heading.

>>> CLAIMS["mish"].run(CLAIMS["mish"].defaults).verdict.value
'contradicted'
"""

from collections.abc import Iterator
from typing import Any

from dlbasic.claims.activation_functions import nonlinearity
from dlbasic.claims.base import Claim, Lap, Outcome, Plot, Verdict
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

# In the article's order.
CLAIMS: dict[str, Claim[Any]] = {
    module.CLAIM.key: module.CLAIM
    for module in (
        nonlinearity,
        sigmoid_range,
        sigmoid_classifier,
        sigmoid_vanishing,
        sigmoid_one_direction,
        zig_zag,
        tanh_range,
        tanh_zero_centred,
        tanh_vanishing,
        relu_definition,
        relu_fast,
        dying_relu,
        relu_zig_zag,
        leaky_relu,
        prelu,
        softmax,
        softmax_output,
        elu,
        gelu,
        silu,
        mish,
        loss_measures_error,
        mse,
        mse_cancel,
        mse_penalty,
        bce,
        ce_one_hot,
        integer_labels,
        ce_entropy,
    )
}


def laps(keyed: tuple[str, Any]) -> Iterator[Lap]:
    """The run, lap by lap, of the claim with this key under these settings."""
    key, settings = keyed
    return CLAIMS[key].laps(settings)


__all__ = ["CLAIMS", "Claim", "Lap", "Outcome", "Plot", "Verdict", "laps"]
