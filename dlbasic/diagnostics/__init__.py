"""What happens to signals and gradients, measured: pure functions of arrays."""

from dlbasic.diagnostics.bins import Bins, binned, shares, together
from dlbasic.diagnostics.neuron import (
    LAYERS,
    NeuronResponse,
    expectation,
    neuron_response,
    share_above,
)
from dlbasic.diagnostics.passes import (
    Factors,
    Signals,
    chance_of_agreement,
    delta_factors,
    delta_norms,
    gradient_norms,
    of_one_sign,
    sign_agreement,
    signals,
    update_ratios,
    weight_norms,
    zero_slope_shares,
)

__all__ = [
    "LAYERS",
    "Bins",
    "Factors",
    "NeuronResponse",
    "Signals",
    "binned",
    "chance_of_agreement",
    "delta_factors",
    "delta_norms",
    "expectation",
    "gradient_norms",
    "neuron_response",
    "of_one_sign",
    "share_above",
    "shares",
    "sign_agreement",
    "signals",
    "together",
    "update_ratios",
    "weight_norms",
    "zero_slope_shares",
]
