"""Runs: right to the last places, the same alone and in a stack, stopped where they diverge."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS, ELU, GELU, PReLU, ReLU, Sigmoid, Tanh
from dlbasic.datasets import DATASETS, Points, split
from dlbasic.initializers import INITIALIZERS
from dlbasic.losses import LOSSES
from dlbasic.network import Member, Stack
from dlbasic.optimizers import OPTIMIZERS, SGD, Adam, Momentum
from dlbasic.text import LANGUAGES
from dlbasic.training import QUANTITIES, Training
from tests.reference.cases import CASES, STEPS, points, weights

REFERENCE = json.loads((Path(__file__).parent / "reference" / "pytorch.json").read_text("utf-8"))


def data(key="circle", count=60, seed=0):
    return split(DATASETS[key]().sample(count, seed=seed), 0.5, seed=seed)


def make(members, loss="bce", sizes=(2, 6, 1), dtype=np.float64, **settings):
    train, test = data()
    return Training(Stack(sizes, members, dtype), train, test, LOSSES[loss](), **settings)


def take(run, steps):
    for _, trace in zip(range(steps), run.steps(), strict=False):
        yield trace


def train(run, steps):
    for _ in take(run, steps):
        pass
    return run


@pytest.mark.parametrize("name", CASES)
def test_pytorch_gives_the_same_numbers_after_100_steps(name):
    case, expected = CASES[name], REFERENCE[name]
    f = ACTIVATIONS[case.activation](**case.parameters)
    stack = Stack(case.sizes, [Member(f)])
    for own, given in zip(stack.weights, weights(case), strict=True):
        own[0] = given
    inputs, targets = points(case)
    every = Points(inputs, targets)
    run = Training(
        stack, every, every, LOSSES[case.loss](), optimizer=OPTIMIZERS[case.optimizer](),
        lr=case.lr, batch_size=case.batch, l1=case.l1, l2=case.l2,
    )  # fmt: skip
    first = next(take(run, 1))
    for gradient, given in zip(first.weight_gradients, expected["first_gradients"], strict=True):
        np.testing.assert_allclose(gradient[0], given, rtol=1e-12, atol=1e-17)
    train(run, STEPS - 1)
    for own, given in zip(stack.weights, expected["weights"], strict=True):
        np.testing.assert_allclose(own[0], given, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(stack.alphas(0), expected["alphas"], rtol=1e-12)
    assert run.measure().train_loss[0] == pytest.approx(expected["loss"], rel=1e-12)


def test_the_reference_numbers_are_of_these_cases():
    assert list(REFERENCE) == list(CASES)


MEMBERS = [
    Member(Tanh(), seed=1),
    Member(Tanh(), INITIALIZERS["normal"](scale=0.3), seed=2),
    Member(ReLU(), seed=1),
    Member(PReLU(), seed=3),
    Member(PReLU(0.1), seed=4),
    Member(GELU(), seed=1),
    Member(ELU(), INITIALIZERS["he_uniform"](), seed=5),
]
LRS = np.array([0.3, 0.1, 0.2, 0.3, 0.05, 0.3, 0.1])


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_alone_and_in_a_stack_agree_after_100_steps(optimizer, dropout):
    lrs = LRS * (0.1 if optimizer == "adam" else 0.3 if optimizer != "sgd" else 1.0)
    settings = {"optimizer": OPTIMIZERS[optimizer](), "l1": 1e-3, "l2": 1e-2, "dropout": dropout}
    together = train(make(MEMBERS, lr=lrs, **settings), 100)
    for k, (member, lr) in enumerate(zip(MEMBERS, lrs, strict=True)):
        alone = train(make([member], lr=lr, **settings), 100)
        np.testing.assert_allclose(
            alone.parameters(), together.parameters(k), rtol=1e-12, atol=1e-12
        )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_settings_give_the_same_bits(dtype):
    runs = [train(make(MEMBERS, lr=LRS, dtype=dtype), 50) for _ in range(2)]
    assert (runs[0].stack.parameters == runs[1].stack.parameters).all()
    other = train(make(MEMBERS, lr=LRS, dtype=dtype, seed=1), 50)
    assert (other.stack.parameters != runs[0].stack.parameters).any(), "another order of batches"


def test_float32_follows_float64():
    runs = [train(make([Member(Tanh())], dtype=dtype), 20) for dtype in (np.float32, np.float64)]
    np.testing.assert_allclose(*(run.stack.parameters for run in runs), rtol=1e-4, atol=1e-5)


def test_steps_and_epochs_are_the_same_run():
    by_epoch, by_step = (make([Member(Tanh())], lr=0.1) for _ in range(2))
    epochs = list(by_epoch.epochs(3))
    train(by_step, 4)
    (second,) = by_step.epochs(1)  # finishes the epoch that the steps began
    assert [epoch.number for epoch in epochs] == [1, 2, 3]
    assert second.number == 2 and by_step.step == 6 and by_epoch.step == 9
    assert second.test_loss == epochs[1].test_loss
    (third,) = by_step.epochs(1)
    assert third.test_loss == epochs[2].test_loss


def test_every_epoch_meets_every_point_once():
    """With a batch of one and tiny rates the step gradients of an epoch add up to the whole's."""
    single = make([Member(Tanh())], batch_size=7, lr=1e-12)
    whole = make([Member(Tanh())], batch_size=10**6, lr=1e-12)
    total = sum(trace.gradient * trace.samples / 30 for trace in take(single, len(range(0, 30, 7))))
    assert single.epoch == 1
    np.testing.assert_allclose(total, next(take(whole, 1)).gradient, rtol=1e-9)


def test_training_learns_and_measures_what_it_learned():
    run = make([Member(Tanh(), seed=k) for k in range(3)], lr=0.3, sizes=(2, 8, 8, 1))
    before = run.measure()
    *_, after = run.epochs(200)
    assert before.number == 0 and after.number == 200
    assert (after.train_loss < 0.5 * before.train_loss).all()
    train_points, _ = data()
    logits = run.stack.outputs(train_points.inputs)[:, 0]
    loss = LOSSES["bce"]()
    labels = train_points.targets.astype(float)
    for k in range(3):
        assert after.train_loss[k] == pytest.approx(loss(logits[k], labels).mean(), rel=1e-12)
        right = ((logits[k] > 0) == (labels > 0.5)).mean()
        assert after.train_accuracy[k] == right


def test_many_classes_and_regression_train():
    for key, loss, outputs in (("blobs3", "cross_entropy", 3), ("plane", "mse", 1)):
        train_points, test_points = data(key)
        stack = Stack((2, 8, outputs), [Member(Tanh())])
        run = Training(stack, train_points, test_points, LOSSES[loss](), lr=0.1)
        before = run.measure()
        *_, after = run.epochs(40)
        assert after.test_loss[0] < 0.5 * before.test_loss[0]
        assert (after.test_accuracy is None) == (loss == "mse")


def test_l2_pulls_weights_but_not_biases():
    """At huge strength the data hardly count: weights shrink by 1 - rate·l2 a step."""
    run = make([Member(Tanh(), bias=0.5)], lr=1e-6, l2=1e5, batch_size=1000)
    before = run.stack.parameters.copy()
    train(run, 1)
    is_weight = run.stack.is_weight
    np.testing.assert_allclose(run.stack.parameters[is_weight], 0.9 * before[is_weight], atol=1e-5)
    np.testing.assert_allclose(run.stack.parameters[~is_weight], before[~is_weight], atol=1e-5)


@pytest.mark.parametrize("dropout", [0.0, 0.2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_run_that_diverges_says_where_and_keeps_what_came_before(dtype, dropout):
    settings = {"loss": "mse", "lr": 50.0, "dtype": dtype, "batch_size": 5, "dropout": dropout}
    run = make([Member(ReLU())], **settings)
    epochs = list(run.epochs(1000))
    assert 0 < len(epochs) < 1000 and not run.running
    assert all(np.isfinite(epoch.train_loss).all() for epoch in epochs[:-1])
    found = run.divergences[0]
    assert found.step == run.step and found.epoch == (found.step - 1) // 6 + 1
    assert np.isnan(epochs[-1].train_loss[0])
    assert np.isfinite(run.parameters()).all() and np.isfinite(run.stack.parameters).all()
    assert list(run.epochs(5)) == [] and list(take(run, 1)) == []
    # What is said happened: the same run stopped one step earlier is finite, and the next is not.
    again = make([Member(ReLU())], **settings)
    *_, last = take(again, found.step - 1)
    assert np.isfinite(last.block).all() and not again.divergences
    assert (again.parameters() == run.parameters()).all()
    trace = next(take(again, 1))
    first = {"sum": trace.z, "delta": trace.deltas, "gradient": trace.weight_gradients}
    assert not np.isfinite(first[found.quantity][found.layer - 1]).all()
    if found.quantity == "sum":
        assert all(np.isfinite(z).all() for z in trace.z[: found.layer - 1])
    assert found.layers == len(trace.z)
    hidden = {"ko": f"은닉층 {found.layer}", "en": f"hidden layer {found.layer}"}
    output = {"ko": "출력층", "en": "the output layer"}
    where = output if found.layer == len(trace.z) else hidden
    for language in LANGUAGES:
        said = found.message[language]
        parts = (found.epoch, found.step, where[language], QUANTITIES[found.quantity][language])
        for part in parts:
            assert str(part) in said


@pytest.mark.parametrize("dropout", [0.0, 0.999999])
def test_sums_that_overflow_are_found_even_where_the_gradient_stays_finite(dropout):
    """ReLU turns -∞ into 0 with slope 0: nothing else shows that the sum has overflowed."""
    stack = Stack((1, 1, 1), [Member(ReLU())])
    stack.weights[0][0] = [[-1e308, 0.0]]
    every = Points(np.array([[10.0], [20.0]]), np.array([0.0, 1.0]))
    run = Training(stack, every, every, LOSSES["mse"](), dropout=dropout)
    train(run, 1)
    assert run.divergences[0].layer == 1 and run.divergences[0].quantity == "sum"
    assert run.divergences[0].step == 1
    assert "of hidden layer 1 are" in run.divergences[0].message["en"]


@pytest.mark.parametrize("optimizer", [SGD(), Momentum(), Adam()])
def test_one_that_diverges_leaves_the_rest_of_the_stack_as_they_were(optimizer):
    members = [Member(ReLU(), seed=k) for k in range(4)]
    lrs = [0.01, 1e9, 0.02, 0.01]
    settings = {"loss": "mse", "optimizer": optimizer, "batch_size": 10}
    run = make(members, lr=lrs, **settings)
    *_, last = run.epochs(30)
    if isinstance(optimizer, Adam):  # steps of Adam are bounded: give it values that overflow
        assert last.number == 30
    else:
        assert list(run.divergences) == [1] and run.running
        assert np.isnan(last.test_loss[1]) and np.isfinite(run.parameters(1)).all()
        assert run.parameters(1).any()
    for k in (0, 2, 3):
        alone = make([members[k]], lr=lrs[k], **settings)
        *_, expected = alone.epochs(30)
        np.testing.assert_allclose(run.parameters(k), alone.parameters(), rtol=1e-9, atol=1e-12)
        assert last.test_loss[k] == pytest.approx(expected.test_loss[0], rel=1e-9)


def test_a_stack_ends_when_all_have_diverged():
    run = make([Member(ReLU()), Member(ReLU(), seed=1)], loss="mse", lr=1e9)
    assert len(list(run.epochs(100))) < 100 and sorted(run.divergences) == [0, 1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": 0.0}, "lr must be positive and finite"),
        ({"lr": np.nan}, "lr must be positive and finite"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"l1": -1.0}, "l1 and l2 must be at least 0"),
        ({"l2": np.inf}, "l1 and l2 must be at least 0"),
        ({"dropout": 1.0}, "dropout must be from 0 to below 1, not 1.0"),
        ({"dropout": -0.1}, "dropout must be from 0 to below 1"),
        ({"dropout": np.nan}, "dropout must be from 0 to below 1"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        make([Member(Sigmoid())], **settings)


def test_points_that_do_not_fit_are_refused():
    stack = Stack((2, 1), [Member(Tanh())])
    good = Points(np.zeros((4, 2)), np.zeros(4))
    for bad, message in (
        (Points(np.full((4, 2), np.nan), np.zeros(4)), "finite"),
        (Points(np.zeros((0, 2)), np.zeros(0)), "at least one point"),
        (Points(np.zeros((4, 2)), np.zeros(3)), "4 inputs do not go with 3 targets"),
        (Points(np.zeros((4, 3)), np.zeros(4)), r"\(samples, 2\)"),
    ):
        with pytest.raises(ValueError, match=message):
            Training(stack, bad, good, LOSSES["mse"]())
        with pytest.raises(ValueError, match=message):
            Training(stack, good, bad, LOSSES["mse"]())


EDITED = [Member((PReLU(), Tanh(), PReLU(0.5))), Member(PReLU(0.1), seed=1)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_parameter_is_set_at_its_place(dtype):
    """Matrices row by row with the bias last, layer by layer, then PReLU's slopes."""
    run = make(EDITED, sizes=(2, 3, 2, 2, 1), dtype=dtype)
    other = run.parameters(1)
    count = len(run.flat_parameters())
    for index in range(count):
        run.set_parameter(index, index / 4)
    numbers = np.arange(count) / 4
    for w in run.stack.weights:
        expected, numbers = np.split(numbers, [w[0].size])
        assert (w[0] == expected.reshape(w[0].shape)).all()
    assert run.stack.alphas(0) == numbers.tolist() and len(numbers) == 2
    assert (run.parameters(1) == other).all()
    flat = run.flat_parameters()
    assert flat.dtype == np.float64 and (flat == np.arange(count) / 4).all()
    flat[:] = -1.0
    assert (run.flat_parameters() == np.arange(count) / 4).all(), "a copy"


def test_training_goes_on_from_the_parameter_that_was_set():
    """One weight and a bias, y = wx + b, with momentum: by hand."""
    every = Points(np.array([[2.0]]), np.array([1.0]))
    run = Training(Stack((1, 1), [Member(Tanh())]), every, every, LOSSES["mse"](),
                   optimizer=Momentum(0.5), lr=0.01)  # fmt: skip
    run.set_parameter(0, 1.0)
    run.set_parameter(1, 0.5)
    train(run, 1)  # 2(2.5 - 1) = 3: velocity (6, 3)
    np.testing.assert_allclose(run.flat_parameters(), [0.94, 0.47], rtol=1e-12)
    run.set_parameter(0, 0.0)
    assert run.measure().train_loss[0] == pytest.approx(0.53**2, rel=1e-12)
    train(run, 1)  # 2(0.47 - 1) = -1.06: velocity (3 - 2.12, 1.5 - 1.06)
    np.testing.assert_allclose(run.flat_parameters(), [-0.0088, 0.4656], rtol=1e-12)


@pytest.mark.parametrize(
    ("index", "value", "error", "message"),
    [
        (28, 0.0, IndexError, "parameters go from 0 to 27, not 28"),
        (-1, 0.0, IndexError, "parameters go from 0 to 27, not -1"),
        (0, np.nan, ValueError, "must be finite in float32, not nan"),
        (0, -np.inf, ValueError, "must be finite in float32, not -inf"),
        (0, 1e39, ValueError, r"must be finite in float32, not 1e\+39"),
    ],
)
def test_what_cannot_be_set_is_refused(index, value, error, message):
    run = make(EDITED, sizes=(2, 3, 2, 2, 1), dtype=np.float32)
    before = run.stack.parameters.copy()
    with pytest.raises(error, match=message):
        run.set_parameter(index, value)
    assert (run.stack.parameters == before).all()


@pytest.mark.parametrize("members", [1, 2])
def test_of_a_network_that_has_diverged_the_last_finite_parameters_are_given(members):
    settings = {"loss": "mse", "lr": [50.0, 0.01][:members], "batch_size": 5}
    run = make([Member(ReLU(), seed=k) for k in range(members)], **settings)
    list(run.epochs(30))
    again = make([Member(ReLU(), seed=k) for k in range(members)], **settings)
    train(again, run.divergences[0].step - 1)
    flat = run.flat_parameters()
    assert flat.any() and (flat == again.flat_parameters()).all()
    with pytest.raises(ValueError, match="has diverged"):
        run.set_parameter(0, 1.0)
    assert (run.flat_parameters() == flat).all()
