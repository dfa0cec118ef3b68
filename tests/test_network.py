"""The passes against finite differences; stacks against single networks; layouts and errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, ELU, GELU, Identity, PReLU, ReLU, Sigmoid, SiLU, Tanh
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import LOSSES
from dlbasic.network import Member, Stack, Trace

SAMPLES = 7


def batch(stack, key, seed=0):
    """Rows, the loss, its prepared targets and the share of one loss value in the mean."""
    rng = np.random.default_rng(seed)
    rows = stack.with_ones(rng.normal(size=(SAMPLES, stack.sizes[0])))
    loss, outputs = LOSSES[key](), stack.sizes[-1]
    if loss.head == "softmax":
        targets = rng.integers(outputs, size=SAMPLES)
    elif loss.head == "sigmoid":
        targets = rng.integers(2, size=(SAMPLES, outputs))
    else:
        targets = rng.normal(size=(SAMPLES, outputs))
    share = 1.0 / (SAMPLES * (1 if loss.head == "softmax" else outputs))
    prepared = loss.prepare(targets, outputs, stack.dtype)
    return rows, loss, prepared, np.asarray(share, stack.dtype)


def passed(stack, key, seed=0):
    """A trace after one pass forth and back."""
    rows, loss, targets, share = batch(stack, key, seed)
    trace = Trace(stack, SAMPLES)
    trace.forward(rows.T)
    trace.backward(rows, loss, targets, share)
    return trace


def mean_losses(stack, key, seed=0):
    rows, loss, targets, _ = batch(stack, key, seed)
    logits = Trace(stack, SAMPLES).forward(rows.T)
    return np.array(loss.mean(logits, targets)).reshape(len(stack))


# Biases keep a layer whose units are all dropped away from the kink at 0.
ALONE = [
    Stack((3, 4, 5, 2), [Member(f(), seed=seed, bias=0.1)])
    for seed, f in enumerate(ACTIVATIONS.values())
]
MIXED = Stack(
    (3, 6, 5, 4, 2),
    [
        Member((Tanh(), ReLU(), PReLU(0.3)), seed=1, bias=0.1),
        Member((Tanh(), PReLU(-0.2), PReLU(0.1)), INITIALIZERS["he_normal"](), seed=2, bias=0.1),
        Member((GELU("tanh"), PReLU(0.4), Sigmoid()), seed=3, bias=0.1),
        Member(ELU(0.7), INITIALIZERS["normal"](scale=0.7), seed=4),
    ],
)
SKIPPING = Stack(
    (3, 5, 5, 5, 4, 4, 2),
    [
        Member(Tanh(), seed=7),
        Member((PReLU(0.3),) * 5, seed=8, bias=0.1),
        Member(ReLU(), seed=9, bias=0.1),
    ],
    skip=True,
)
SKIPPING_ALONE = Stack((3, 5, 5, 5, 2), [Member(Sigmoid(), seed=7)], skip=True)
LINEAR = Stack((3, 2), [Member(Tanh(), seed=5), Member(Tanh(), seed=6)])
STACKS = [*ALONE, MIXED, SKIPPING, SKIPPING_ALONE, LINEAR]


def drop(masks):
    """The same masks at each pass."""
    np.multiply(np.random.default_rng(0).random(len(masks)) >= 0.4, 1 / 0.6, masks)


@pytest.mark.parametrize("key", LOSSES)
@pytest.mark.parametrize("dropout", [None, drop], ids=["whole", "dropped"])
@pytest.mark.parametrize("stack", STACKS, ids=range(len(STACKS)))
def test_the_gradient_is_that_of_finite_differences(stack, dropout, key):
    """Central differences over every parameter; all networks at once, as they are independent."""
    rows, loss, targets, share = batch(stack, key)
    trace = Trace(stack, SAMPLES, dropout)  # filled anew by each pass
    trace.forward(rows.T)
    gradient = trace.backward(rows, loss, targets, share).copy()
    h, numeric = 1e-6, np.zeros_like(gradient)
    for place in range(len(gradient)):
        kept = stack.parameters[place]
        ends = []
        for moved in (kept + h, kept - h):
            stack.parameters[place] = moved
            ends.append(np.array(loss.mean(trace.forward(rows.T), targets)).reshape(len(stack)))
        stack.parameters[place] = kept
        difference = (ends[0] - ends[1]) / (2 * h)
        numeric[place] = difference[stack.owner[place]]
        others = np.delete(difference, stack.owner[place])
        assert (others == 0).all(), "a parameter moves another network"
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_random_deep_networks_have_the_gradient_of_finite_differences(seed):
    rng = np.random.default_rng(seed)
    sizes = (2, *rng.integers(2, 7, size=rng.integers(5, 13)), 1)
    functions = tuple(rng.choice([Tanh(), Sigmoid(), SiLU(), GELU()], size=len(sizes) - 2))
    stack = Stack(sizes, [Member(functions, seed=seed)])
    gradient = passed(stack, "bce").gradient.copy()
    direction = rng.normal(size=gradient.shape)
    ends = []
    kept = stack.parameters.copy()
    for h in (1e-6, -1e-6):
        stack.parameters[:] = kept + h * direction
        ends.append(mean_losses(stack, "bce")[0])
    assert gradient @ direction == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-9)


def test_a_pass_written_out_by_hand():
    """One tanh unit, one output, one point: the chain rule with numbers."""
    stack = Stack((1, 1, 1), [Member(Tanh())])
    stack.weights[0][0] = [[0.5, -0.25]]
    stack.weights[1][0] = [[2.0, 0.125]]
    trace = Trace(stack, 1)
    rows = stack.with_ones([[1.5]])
    trace.forward(rows.T)
    h = np.tanh(0.5)
    output = 2.0 * h + 0.125
    assert trace.z[0].item() == 0.5 and trace.a[0].item() == h
    assert trace.z[1].item() == pytest.approx(output, rel=1e-15)
    loss = LOSSES["mse"]()
    trace.backward(rows, loss, loss.prepare([1.0], 1, np.float64), np.asarray(1.0))
    d = 2.0 * (output - 1.0)
    np.testing.assert_allclose(trace.weight_gradients[1][0], [[d * h, d]], rtol=1e-14)
    back = d * 2.0 * (1.0 - h * h)
    np.testing.assert_allclose(trace.weight_gradients[0][0], [[back * 1.5, back]], rtol=1e-14)
    np.testing.assert_allclose(trace.deltas[0].item(), back, rtol=1e-14)


def test_the_layers_are_those_of_the_activations_own_value_and_slope():
    trace = passed(MIXED, "bce")
    for layer in range(MIXED.hidden):
        for k, member in enumerate(MIXED.members):
            f = member.activations(MIXED.hidden)[layer]
            np.testing.assert_allclose(trace.a[layer][k], f(trace.z[layer][k]), rtol=1e-12)
            np.testing.assert_allclose(
                trace.slopes[layer][k], f.grad(trace.z[layer][k]), rtol=1e-12, atol=1e-15
            )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_stack_starts_and_computes_as_its_members_alone(dtype):
    together = Stack(MIXED.sizes, MIXED.members, dtype)
    trace = passed(together, "mse")
    for k, member in enumerate(MIXED.members):
        alone = Stack(MIXED.sizes, [member], dtype)
        single = passed(alone, "mse")
        for layer in range(len(alone.weights)):
            assert (alone.weights[layer][0] == together.weights[layer][k]).all()
            scale = 1e-13 if dtype is np.float64 else 1e-5
            np.testing.assert_allclose(
                single.weight_gradients[layer][0], trace.weight_gradients[layer][k],
                rtol=scale, atol=scale,
            )  # fmt: skip
        own = trace.gradient[together.owner == k]
        np.testing.assert_allclose(single.gradient, own, rtol=scale, atol=scale)
        assert alone.alphas(0) == together.alphas(k)


def test_a_skipping_layer_adds_its_input_where_the_widths_agree():
    assert [SKIPPING.skips(layer) for layer in range(6)] == [False, True, True, False, True, False]
    trace = passed(SKIPPING, "mse")
    for layer in (1, 2, 4):
        expected = np.tanh(trace.z[layer][0]) + trace.a[layer - 1][0]
        np.testing.assert_allclose(trace.a[layer][0], expected, rtol=1e-13)
    np.testing.assert_allclose(trace.a[3][0], np.tanh(trace.z[3][0]), rtol=1e-13)


def test_dropout_is_of_the_activations_output_not_of_what_is_added_to_it():
    trace = Trace(SKIPPING, SAMPLES, drop)
    SKIPPING.forward(np.random.default_rng(1).normal(size=(SAMPLES, 3)), trace)
    assert [mask.shape for mask in trace.masks] == [(units, SAMPLES) for units in (5, 5, 5, 4, 4)]
    for layer, mask in enumerate(trace.masks):
        expected = np.tanh(trace.z[layer][0]) * mask
        if SKIPPING.skips(layer):
            expected += trace.a[layer - 1][0]
        np.testing.assert_allclose(trace.a[layer][0], expected, rtol=1e-13)
        slopes = 1 - np.tanh(trace.z[layer][0]) ** 2
        np.testing.assert_allclose(trace.slopes[layer][0], slopes, rtol=1e-12)


def test_one_seed_gives_every_function_the_same_start():
    stack = Stack((2, 5, 1), [Member(Tanh(), seed=3), Member(ReLU(), seed=3), Member(Tanh())])
    first, second, other = (stack.weights[0][k] for k in range(3))
    assert (first == second).all() and (first != other).any()


def test_biases_and_weights_are_told_apart():
    stack = Stack((2, 3, 1), [Member(PReLU(), bias=0.7), Member(ReLU(), bias=-2.0)])
    assert (stack.weights[0][0, :, -1] == 0.7).all() and (stack.weights[1][1, :, -1] == -2).all()
    assert stack.is_weight.sum() == 2 * (2 * 3 + 3)
    marked = stack.parameters[stack.is_weight]
    assert not np.isin([0.7, -2.0, 0.25], marked).any()


def test_outputs_are_those_of_the_matrices():
    """With no activation the network is the product of its matrices."""
    stack = Stack((2, 3, 4, 1), [Member(Identity(), seed=8)])
    x = np.random.default_rng(0).normal(size=(9, 2))
    one, two, three = (w[0] for w in stack.weights)
    single = np.eye(3)
    for w in (one, two, three):
        single = np.vstack([w, np.eye(1, w.shape[1], w.shape[1] - 1)]) @ single
    expected = single[:-1] @ stack.with_ones(x).T
    np.testing.assert_allclose(stack.outputs(x)[0], expected, rtol=1e-13)


@pytest.mark.parametrize("depth", [0, 1, 64])
def test_depths(depth):
    stack = Stack((2, *(3,) * depth, 1), [Member(Tanh())])
    assert len(stack.weights) == depth + 1 and stack.outputs([[1.0, 2.0]]).shape == (1, 1, 1)


@pytest.mark.parametrize(
    ("sizes", "members", "message"),
    [
        ((2, *(3,) * 65, 1), [Member(Tanh())], "64 hidden layers"),
        ((2, 0, 1), [Member(Tanh())], "at least 1"),
        ((2,), [Member(Tanh())], "sizes must be"),
        ((2, 3, 1), [], "at least one member"),
        ((2, 3, 3, 1), [Member((Tanh(),))], "2 hidden layers need as many activations, not 1"),
    ],
)
def test_impossible_shapes_are_refused(sizes, members, message):
    with pytest.raises(ValueError, match=message):
        Stack(sizes, members)


def test_wrong_types_and_inputs_are_refused():
    with pytest.raises(ValueError, match="float32 or float64, not float16"):
        Stack((2, 1), [Member(Tanh())], np.float16)
    with pytest.raises(ValueError, match=r"\(samples, 2\), not \(5, 3\)"):
        Stack((2, 1), [Member(Tanh())]).outputs(np.zeros((5, 3)))


def test_a_member_can_be_changed_alone():
    members = [Member(Tanh(), seed=k) for k in range(3)]
    one = Stack((2, 4, 1), members)
    two = Stack((2, 4, 1), [*members[:2], replace(members[2], seed=99)])
    same = one.parameters == two.parameters
    assert same[one.owner < 2].all() and not same[(one.owner == 2) & one.is_weight].any()
