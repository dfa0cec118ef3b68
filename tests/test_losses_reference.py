"""Values and gradients of the losses are those of PyTorch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dlbasic.losses import LOSSES
from tests.reference.loss_cases import CLASSES, LOSS_CASES, arrays

FILE = Path(__file__).parent / "reference" / "pytorch_losses.json"
REFERENCE = json.loads(FILE.read_text("utf-8"))


def computed(name):
    """The loss of a case, its outputs, and its targets with what was smoothed off spread out."""
    case = LOSS_CASES[name]
    outputs, targets = arrays(case)
    if case.smoothing:
        targets = (1 - case.smoothing) * np.eye(CLASSES)[targets] + case.smoothing / CLASSES
    return LOSSES[case.loss](**case.parameters), outputs, targets


@pytest.mark.parametrize("name", LOSS_CASES)
def test_pytorch_gives_the_same_values_and_gradients(name):
    loss, outputs, targets = computed(name)
    expected = REFERENCE[name]
    # PyTorch subtracts numbers near 1 for a small loss, which leaves it an error of a few 1e-16.
    np.testing.assert_allclose(loss(outputs, targets), expected["values"], rtol=1e-13, atol=1e-15)
    gradient = loss.grad(outputs, targets)
    np.testing.assert_allclose(gradient, expected["gradient"], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", LOSS_CASES)
def test_the_gradient_that_trains_is_pytorchs_too(name):
    loss, outputs, targets = computed(name)
    columns = outputs.reshape(len(outputs), -1)
    logits, slope = np.ascontiguousarray(columns.T), np.empty(columns.T.shape)
    loss.kernel(logits, loss.prepare(targets, len(logits), np.float64), slope)
    expected = np.reshape(REFERENCE[name]["gradient"], columns.shape)
    np.testing.assert_allclose(slope.T, expected, rtol=1e-13, atol=1e-15)


def test_the_reference_numbers_are_of_these_cases_and_of_every_loss():
    assert list(REFERENCE) == list(LOSS_CASES)
    assert {case.loss for case in LOSS_CASES.values()} == set(LOSSES)
