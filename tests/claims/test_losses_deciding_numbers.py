"""The deciding number and the limit on the cards of Losses, worked out here from the definitions.

Both lines whole, in Korean and in English by turns, at settings of all kinds.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dlbasic.claims import CLAIMS
from dlbasic.datasets import DATASETS, split
from dlbasic.measures import class_numbers
from dlbasic.measures.hidden_softmax import Networks
from dlbasic.params import Choice, declared
from dlbasic.text import LANGUAGES, fill
from tests.plain.classes import NUMBERINGS, Classifiers, judged, of_numbers
from tests.plain.lines import best_errors, loss

pytestmark = pytest.mark.filterwarnings("error")


def each(key, *settings):
    """A test for each of these settings of a claim."""
    kind = type(CLAIMS[key].defaults)
    cases = [(kind(**changed), LANGUAGES[place % 2]) for place, changed in enumerate(settings)]
    ids = [f"{key}-{place}" for place in range(len(cases))]
    return pytest.mark.parametrize(("s", "language"), cases, ids=ids)


def said(key, s, language):
    """The lines that the card shows."""
    claim = CLAIMS[key]
    outcome = claim.run(s)
    slots = claim.slots(s, outcome, language)
    parts = ("deciding", "limit") if outcome.limited else ("deciding",)
    return {part: claim.words[part].fill(language, slots) for part in parts}


def written(key, s, language, deciding, limit=None):
    """The same from these numbers and the settings; without a limit where there is none."""
    named = {
        name: param.options[getattr(s, name)].short[language]
        if isinstance(param, Choice)
        else getattr(s, name)
        for name, param in declared(s).items()
    }
    parts = {"deciding": deciding} | ({} if limit is None else {"limit": limit})
    words = CLAIMS[key].words
    return {part: fill(words[part][language], named | of) for part, of in parts.items()}


def surprise(p):
    """-Σ p log p in nats."""
    p = p[p > 0]
    return -np.sum(p * np.log(p))


@each(
    "loss-measures-error",
    {},
    {"smoothing": 0.0},
    {"smoothing": 0.5, "classes": 10},
    {"smoothing": 0.05, "classes": 2},
    {"measured": "difference"},
    {"smoothing": 0.35, "classes": 7},
    {"smoothing": 0.15, "classes": 9},
)
def test_what_a_loss_measures(s, language):
    e = np.arange(0.0, 0.981, 0.02)
    with np.errstate(divide="ignore"):
        off = [e**2, e, e**2 / 2, np.log(np.cosh(e))]  # MSE, MAE, Huber, log-cosh
        sure = [-np.log(1 - e), e**2, np.maximum(0, 1 - np.log((1 - e) / e)),
                -(e**2) * np.log(1 - e)]  # fmt: skip
        curves = [*off, *sure, -np.log(1 - e)]  # and of several classes
    if s.measured == "difference":
        curves = [-e]  # downwards it is less than nothing
    sound = sum(bool(of[0] == 0 and (np.diff(of) > -1e-12).all()) for of in curves)
    label = np.full(s.classes, s.smoothing / s.classes)
    label[0] += 1 - s.smoothing
    limit = {"floor": surprise(label)} if s.smoothing and sound == len(curves) else None
    lines = written("loss-measures-error", s, language,
                    {"series": len(curves), "sound": sound}, limit)  # fmt: skip
    assert said("loss-measures-error", s, language) == lines


@each(
    "mse",
    {},
    {"reduction": "sum", "lr": 0.01},
    {"reduction": "half", "seed": 7, "lr": 0.5},
    {"loss": "mae", "seed": 9999},
    {"loss": "mae", "reduction": "sum", "lr": 0.003},
    {"seed": 12345, "lr": 0.003},
)
def test_the_mean_of_squares(s, language):
    rng = np.random.default_rng(s.seed)
    x = rng.standard_normal((20, 20))
    y = x / 2 + 1 + 0.5 * rng.standard_normal((20, 20))
    over = {"mean": 20, "sum": 1, "half": 40}[s.reduction]

    def total(r):
        return loss(s.loss, r).sum() / over

    def gradient(r, x):
        each = 2 * r if s.loss == "mse" else np.sign(r)
        return np.hypot(each @ x, each.sum())

    value = line = 0
    for xs, ys in zip(x, y, strict=True):
        value += abs(total(-ys) / np.mean(ys**2) - 1) < 1e-9
        a, b = np.polyfit(xs, ys, 1)
        best = total(a * xs + b - ys)
        around = [total((a + i) * xs + b + j - ys) for i, j in product((-0.01, 0, 0.01), repeat=2)
                  if i or j]  # fmt: skip
        flat = gradient(a * xs + b - ys, xs) < 1e-9 * gradient(-ys, xs)
        line += flat and min(around) > best
    numbers = {"draws": 20, "same_value": value, "same_line": line}
    assert said("mse", s, language) == written("mse", s, language, numbers)


@each(
    "mse-cancel",
    {},
    {"shift": 5.0},
    {"tilt": 2.0, "shift": 0.25},
    {"tilt": 0.25, "shift": -0.5},
    {"way": "absolute", "shift": -4.75},
    {"tilt": 1.75, "shift": -0.25},
    {"tilt": 1.5, "shift": 0.25},
    {"tilt": 1.0, "shift": -0.25},
    {"tilt": 0.75},
)
def test_errors_that_cancel(s, language):
    off = np.array([s.tilt * x + s.shift for x in range(-4, 5)])
    size = abs(off).mean()
    mean = off.mean() if s.way == "difference" else size
    limit = {"absolute": size} if abs(mean) <= size / 10 else None
    lines = written("mse-cancel", s, language, {"absolute": size, "mean": mean}, limit)
    assert said("mse-cancel", s, language) == lines


@each(
    "mse-penalty",
    {},
    {"error": 12.0, "seed": 3},
    {"error": 0.1, "seed": 8},
    {"error": 0.5},
    {"error": 1.5, "seed": 9999},
    {"loss": "huber", "delta": 3.0},
    {"loss": "huber", "delta": 0.3, "error": 0.1},
    {"loss": "mae"},
    {"error": 8.0, "seed": 77},
    {"error": 3.0, "seed": 5},
)
def test_what_an_outlier_weighs(s, language):
    x = np.linspace(-2, 2, 11)
    right = 0.5 * np.random.default_rng(s.seed).standard_normal((20, 11))

    def with_error(error):
        wrong = right.copy()
        wrong[:, 8] = error
        return wrong

    def compared(key, wrong):
        """Loss, shares of loss and of gradient, and how far the line moves at the outlier."""
        slope = {
            "mse": 2 * abs(wrong),
            "mae": abs(wrong) ** 0,
            "huber": np.minimum(abs(wrong), s.delta),
        }
        of = loss(key, wrong, s.delta)
        yield of[0, 8]
        for part in (of, slope[key]):
            yield np.median(part[:, 8] / part.sum(axis=1))
        left = np.delete(np.arange(11), 8)
        one = wrong + best_errors(key, x, wrong, s.delta)
        without = right[:, left] + best_errors(key, x[left], right[:, left], s.delta)
        # The other line at the same place: between those of its neighbours.
        yield np.median(abs(one[:, 8] - (without[:, 7] + without[:, 8]) / 2))

    shares = (np.array([*compared(key, with_error(s.error))])[1] for key in (s.loss, "mae"))
    numbers = {"points": 11, **dict(zip(("at_error", "mae_at_error"), shares, strict=True))}
    large = with_error(max(s.error, 2.0))  # four standard deviations of the others
    own, absolute = (np.array([*compared(key, large)]) for key in (s.loss, "mae"))
    sizes = 2.0 ** np.linspace(-3, 4, 29)
    even = sizes[loss(s.loss, sizes, s.delta) <= sizes].max()
    limit = {"even": even} if s.loss != "mae" and (own > absolute).all() else None
    assert said("mse-penalty", s, language) == written("mse-penalty", s, language, numbers, limit)


def share_that_learns(s, loss):
    """Of units that start the wrong way round and descend on all points at once."""
    points = DATASETS["gaussians"](0.2).sample(100, seed=s.seed)
    rows = np.column_stack([points.inputs, np.ones(100)])
    learned = []
    for state in np.random.SeedSequence(s.seed).generate_state(s.seeds):
        turn = np.radians(45 + np.random.default_rng(int(state)).uniform(-60, 60))
        w = np.array([np.cos(turn), np.sin(turn), 0])
        w *= -s.wrong / (2 * w[0] + 2 * w[1])  # as wrong at (2, 2) as the settings say
        right = []
        for _ in range(int(s.steps) + 1):
            z = rows @ w
            right.append(np.sum((z > 0) == (points.targets == 1)))
            p = 1 / (1 + np.exp(-z))
            factor = 2 * p * (1 - p) if loss == "sigmoid_mse" else 1
            w = w - s.lr * rows.T @ ((p - points.targets) * factor) / 100
        learned.append(max(right) >= 90)
    return np.mean(learned)


@each(
    "bce",
    {},
    {"seeds": 5, "soft": 1.0, "seed": 3},
    {"seeds": 10, "steps": 20.0, "wrong": 4.0},
    {"seeds": 7, "lr": 1.0, "wrong": 12.0, "soft": 0.5},
    {"loss": "sigmoid_mse", "seeds": 10, "wrong": 4.0, "steps": 100.0, "seed": 9999},
    {"seeds": 8, "lr": 0.3, "wrong": 1.0, "soft": 0.65},
    {"seeds": 9, "lr": 0.3, "steps": 500.0, "wrong": 6.0, "soft": 0.75, "seed": 11},
    {"seeds": 6, "wrong": 3.0, "soft": 0.95, "seed": 2},
)
def test_two_classes_from_a_wrong_start(s, language):
    numbers = {"learned": share_that_learns(s, s.loss),
               "squared_learned": share_that_learns(s, "sigmoid_mse")}  # fmt: skip
    floor = surprise(np.array([s.soft, 1 - s.soft]))
    holds = s.loss == "bce" and numbers["learned"] >= 0.9  # its gradient is p - y
    limit = {"floor": floor} if holds and s.soft < 1 else None
    assert said("bce", s, language) == written("bce", s, language, numbers, limit)


@each(
    "ce-one-hot",
    {},
    {"classes": 100, "power": 2, "seed": 4},
    {"form": "written", "power": 3},
    {"form": "written", "classes": 2, "power": 2},
    {"form": "written", "classes": 30, "power": 6, "seed": 9999},
    {"classes": 2, "power": 6},
    {"classes": 7, "power": 3, "seed": 1},
    {"classes": 33, "power": 4},
)
@np.errstate(all="ignore")
def test_vectors_and_numbers(s, language):
    rngs = [np.random.default_rng(one) for one in np.random.SeedSequence(s.seed).spawn(20)]
    units = np.stack([rng.uniform(-1, 1, (50, s.classes)) for rng in rngs])
    sizes = 10 ** np.linspace(0, s.power, 4 * s.power + 1)
    same = []
    for size in sizes:
        powers = np.exp(size * units)
        p = powers / powers.sum(axis=-1, keepdims=True)
        # 0·log 0 is no number, nor is ∞/∞; a sum with nothing but zeros added is the same.
        same.append(s.form == "stable" or (p > 0).all(axis=-1).mean())
    numbers = {"draws": len(sizes) * 1000, "share": np.mean(same)}
    bits = {"number_bytes": 64 // 8, "vector_bytes": s.classes * 64 // 8}
    limit = bits if np.mean(same) == 1 else None
    assert said("ce-one-hot", s, language) == written("ce-one-hot", s, language, numbers, limit)


def mean_log(p, q):
    """-Σ p log q along the last axis."""
    return -(p * np.log(q)).sum(axis=-1)


@each(
    "ce-entropy",
    {},
    {"split": "reverse", "unit": "nat"},
    {"split": "other", "outcomes": 2, "seed": 9},
    {"split": "squared", "outcomes": 100},
    {"unit": "nat", "outcomes": 33, "seed": 9999},
    {"outcomes": 2, "seed": 1},
)
def test_the_parts_of_cross_entropy(s, language):
    seeds = np.random.SeedSequence(s.seed).spawn(20)
    drawn = [np.random.default_rng(one).exponential(size=(20, 2, s.outcomes)) for one in seeds]
    p, far = np.moveaxis(np.stack(drawn) / np.sum(drawn, axis=-1, keepdims=True), 2, 0)
    unit, agree = np.log(2) if s.unit == "bit" else 1, []
    for t in np.linspace(-1, 1, 21):
        q = p ** (1 - t) * far**t
        q /= q.sum(axis=-1, keepdims=True)
        cross, hp, hq = (mean_log(*of) / unit for of in ((p, q), (p, p), (q, q)))
        total = {
            "kl": hp + (p * np.log(p / q)).sum(axis=-1) / unit,
            "reverse": hp + (q * np.log(q / p)).sum(axis=-1) / unit,
            "other": hq + (p * np.log(p / q)).sum(axis=-1) / unit,
            "squared": hp + ((p - q) ** 2).sum(axis=-1),
        }[s.split]
        agree.append(np.isclose(cross, total, rtol=1e-12, atol=1e-12))
    numbers = {"comparisons": 21 * 400, "pairs": 400, "within": np.mean(agree)}
    assert said("ce-entropy", s, language) == written("ce-entropy", s, language, numbers)


def in_float64(trained):
    """The same where the type is the seventh that is given."""
    return lambda *given: trained(*given[:6], np.float64, *given[7:])


@each(
    "integer-labels",
    {"seeds": 2},
    {"seeds": 3, "seed": 9999, "width": 2},
    {"classes": "two", "seeds": 4, "spread": 1.2},
    {"seeds": 2, "spread": 0.2, "width": 32, "seed": 5},
    {"classes": "two", "seeds": 2, "width": 7, "seed": 1},
    {"seeds": 5, "seed": 3, "spread": 0.9},
    {"seeds": 4, "seed": 8, "width": 3},
    {"seeds": 3, "seed": 21, "spread": 1.1, "width": 6},
    {"seeds": 4, "seed": 13, "spread": 0.7},
)
def test_class_numbers(s, language, monkeypatch):
    """Fewer epochs than on the page, in float64: so two ways to compute judge all points alike."""
    monkeypatch.setattr(class_numbers, "EPOCHS", 15)
    monkeypatch.setattr(class_numbers, "training", in_float64(class_numbers.training))
    seeds = np.random.SeedSequence(s.seed).generate_state(s.seeds).tolist()
    counts = (3, 5) if s.classes == "many" else (2,)
    how = {"width": s.width, "spread": s.spread, "seed": s.seed, "epochs": 15,
           "dtype": np.float64}  # fmt: skip
    moved = {"number": [], "one_hot": []}
    for count, way in product(counts, moved):
        means = [of_numbers(numbering, way, seeds, **how)[1].mean()
                 for numbering in NUMBERINGS[count]]  # fmt: skip
        moved[way].append(max(means) - min(means))
    most = counts[-1]
    numbers = {
        "least_error": 1, "largest_error": (most - 1) ** 2, "one_hot_error": 2,
        "number_most": max(moved["number"]), "one_hot_most": max(moved["one_hot"]),
    }  # fmt: skip
    limit = {"of_two": 1} if most > 2 else None
    lines = written("integer-labels", s, language, numbers, limit)
    assert said("integer-labels", s, language) == lines


def accuracies(s, depth, function, count):
    """On fresh points, at the rate that did best on four other seeds: one for each seed."""
    data = DATASETS[s.data](0.1)
    drawn = np.random.SeedSequence(s.seed).generate_state(2 * (4 + s.seeds)).tolist()
    seeds, draws = drawn[: 4 + s.seeds], drawn[4 + s.seeds :]
    points = [split(data.sample(400, seed=draw), 0.5, seed=draw) for draw in draws]
    one_hot = np.eye(data.classes)

    def learn(lr, some):
        sizes = (2, *(8,) * depth, data.classes)
        networks = Classifiers(sizes, function, seeds[some], np.float32(lr), np.float64)
        (x, y), (x_test, y_test) = (
            (np.stack([half.inputs for half in of]), one_hot[[half.targets for half in of]])
            for of in zip(*points[some], strict=True)
        )
        networks.learn(x, y, s.epochs, 20, np.random.default_rng(s.seed))
        return judged(networks.outputs(x_test), y_test)[1]

    tried = [learn(lr, slice(4)).mean() for lr in (0.01, 0.03, 0.1)]
    return learn((0.01, 0.03, 0.1)[np.argmax(tried)], slice(4, None))


@each(
    "softmax-output",
    {"epochs": 12, "seeds": 3, "depths": "few"},
    {"epochs": 6, "seeds": 2, "data": "blobs5", "depths": "few", "seed": 9999},
    {"epochs": 4, "seeds": 5, "function": "relu", "depths": "few", "seed": 2},
    {"epochs": 8, "seeds": 2, "function": "sigmoid", "seed": 7},
    {"epochs": 5, "seeds": 4, "data": "spiral5", "depths": "many", "seed": 11},
    {"epochs": 10, "seeds": 3, "data": "blobs5"},
    {"epochs": 10, "seeds": 2, "data": "spiral5", "seed": 3},
    {"epochs": 15, "seeds": 2, "seed": 6},
    # Where one hidden layer of it is better than tanh
    {"epochs": 8, "seeds": 3, "data": "blobs5", "seed": 1},
    {"epochs": 12, "seeds": 2, "data": "spiral5", "seed": 4},
)
def test_softmax_inside(s, language, monkeypatch):
    """In float64, as above."""
    monkeypatch.setattr(Networks.__init__, "__defaults__", (np.float64,))
    depths = {"all": (1, 2, 3, 5), "few": (1, 2), "many": (5, 6)}[s.depths]
    own, tanh = (
        np.array([accuracies(s, depth, function, s.seeds) for depth in depths])
        for function in (s.function, "tanh")
    )
    costs = (tanh - own).mean(axis=1)
    numbers = {"mean": own.mean(), "rival_mean": tanh.mean()}
    limit = None
    if costs.mean() >= 0.1 > costs.min():
        limit = {"least_at": depths[costs.argmin()], "least_cost": costs.min(), "costly": 0.1}
    lines = written("softmax-output", s, language, numbers, limit)
    assert said("softmax-output", s, language) == lines
