"""What the microscope reads in deep networks before training, beside PyTorch's numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.diagnostics import gradient_norms
from dlbasic.losses import BCE
from dlbasic.measures.deep_networks import layer_profile
from dlbasic.network import Member, Stack, Trace
from tests.reference.cases import DEEP, SAMPLES, deep_batch, deep_weights

FILE = Path(__file__).parents[1] / "reference" / "pytorch_deep.json"
REFERENCE = json.loads(FILE.read_text("utf-8"))
TOGETHER = [name for name in DEEP if name.endswith("20 layers")]  # alike but for their functions

# PyTorch's numbers are float64's.  The worst seen are 9e-14 and 3e-5: means that nearly cancel, and
# in float32 the tiniest gradients, which are subnormal.
precise_as = pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-4)])


def sent(names: Sequence[str], dtype: type) -> Trace:
    """The batch forth and back through a stack of these cases."""
    cases = [DEEP[name] for name in names]
    members = [Member(ACTIVATIONS[case.activation](**case.parameters)) for case in cases]
    stack = Stack(cases[0].sizes, members, dtype, cases[0].skip)
    for k, case in enumerate(cases):
        for own, given in zip(stack.weights, deep_weights(case), strict=True):
            own[k] = given
    inputs, labels = deep_batch(cases[0])
    rows, loss = stack.with_ones(inputs), BCE()
    trace = Trace(stack, SAMPLES)
    trace.forward(rows.T)
    targets = loss.prepare(labels, 1, stack.dtype)
    trace.backward(rows, loss, targets, np.asarray(1.0 / SAMPLES, dtype))
    return trace


def compare(trace: Trace, names: Sequence[str], rtol: float) -> None:
    """Without an absolute tolerance: 1e-35 must be right to as many digits as 0.1."""
    profile, together = layer_profile(trace), gradient_norms(trace)
    for k, name in enumerate(names):
        given = {key: np.array(values) for key, values in REFERENCE[name].items()}
        pairs = {key: (getattr(profile, key), given[key])
                 for key in ("delta", "weight", "mean", "std")}  # fmt: skip
        pairs["weight and bias"] = together, np.hypot(given["weight"], given["bias"])
        if not DEEP[name].skip:
            pairs["weight factor"] = profile.weight_factor, given["arriving"] / given["delta"][1:]
            pairs["slope factor"] = profile.slope_factor, given["delta"][:-1] / given["arriving"]
        for what, (measured, expected) in pairs.items():
            np.testing.assert_allclose(
                measured[:, k], expected, rtol=rtol, atol=0.0, err_msg=f"{name}: {what}"
            )


@precise_as
@pytest.mark.parametrize("name", DEEP)
def test_every_layer_is_as_in_pytorch(name, dtype, rtol):
    compare(sent([name], dtype), [name], rtol)


@precise_as
def test_every_layer_is_as_in_pytorch_with_all_functions_in_one_stack(dtype, rtol):
    assert len(TOGETHER) == 9
    compare(sent(TOGETHER, dtype), TOGETHER, rtol)


def test_the_reference_has_tiny_gradients_large_ones_and_a_dead_layer_gone_around():
    assert list(REFERENCE) == list(DEEP)
    deltas = np.concatenate([given["delta"] for given in REFERENCE.values()])
    assert deltas[deltas > 0].min() < 1e-30 and deltas.max() > 1.0 and deltas.min() == 0.0
