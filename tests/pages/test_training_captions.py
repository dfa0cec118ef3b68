"""What the page Training tells in numbers, against training written out in plain NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.theme import function_names
from dlbasic.datasets import DATASETS, split
from dlbasic.text import number, percent
from dlbasic.ui import replay
from tests.pages.shown import said
from tests.pages.visits import Alone
from tests.plain.training import Networks, he, xavier, zeros
from tests.test_text import read

LIVE, RACE = "training/live", "training/compare"
RULES = {"xavier_normal": xavier, "he_normal": he, "zeros": zeros}
INITIALIZERS = {
    "xavier_normal": {"ko": "Xavier 정규분포", "en": "Xavier normal"},
    "he_normal": {"ko": "He 정규분포", "en": "He normal"},
    "zeros": {"ko": "모두 0", "en": "Zeros"},
}
OPTIMIZERS = {
    "sgd": {"ko": "확률적 경사 하강법", "en": "SGD"},
    "adam": {"ko": "Adam", "en": "Adam"},
}
LOSSES = {
    "bce": {"ko": "바이너리 크로스 엔트로피", "en": "binary cross-entropy"},
    "cross_entropy": {"ko": "크로스 엔트로피", "en": "cross-entropy"},
    "mse": {"ko": "평균 제곱 오차", "en": "mean squared error"},
}
DEFAULTS = {
    "data": "circle", "noise": 0.1, "hidden": 2, "width": 8, "lr": 0.03, "batch": 10,
    "initializer": "xavier_normal", "optimizer": "sgd", "seed": 0,
}  # fmt: skip


class Task:
    """The settings that a link gives, the points that go with them, and networks to train."""

    def __init__(self, link):
        vars(self).update(DEFAULTS | {name: link[name] for name in DEFAULTS if name in link})
        points = DATASETS[self.data](self.noise).sample(400, seed=0)
        self.train, self.test = ((p.inputs, p.targets) for p in split(points, 0.5, seed=0))
        self.classes = DATASETS[self.data].classes
        task = DATASETS[self.data].task
        self.loss = {"binary": "bce", "classes": "cross_entropy", "regression": "mse"}[task]

    def networks(self, function, seeds, **given):
        outputs = self.classes if self.loss == "cross_entropy" else 1
        sizes = (2, *(self.width,) * self.hidden, outputs)
        return Networks(function, sizes, seeds, RULES[self.initializer], self.loss, self.train,
                        **given)  # fmt: skip

    def epochs(self, networks, count):
        return networks.epochs(count, optimizer=self.optimizer, lr=self.lr, batch=self.batch,
                               seed=self.seed)  # fmt: skip


@pytest.fixture
def unhurried(monkeypatch):
    """However slow the machine, a chunk is as long as it may be."""
    monkeypatch.setattr(replay, "SECONDS", 1e9)


def texts(link):
    return {name: str(value) for name, value in link.items()}


# Figure 1

RUNS = [  # language, function and its parameters, epoch, link
    ("en", "tanh", {}, 12, {}),
    ("ko", "relu", {}, 7, {"data": "spiral3", "hidden": 1, "width": 5, "lr": 0.1, "batch": 5,
                           "seed": 3, "optimizer": "adam", "initializer": "he_normal"}),
    ("en", "prelu", {"alpha": -0.5}, 20, {"data": "xor", "hidden": 3, "width": 4, "lr": 0.3,
                                          "batch": 50, "noise": 0.35}),
    ("ko", "mish", {}, 9, {"data": "moons", "hidden": 0, "noise": 0.5, "seed": 9999, "lr": 1.0}),
    ("en", "elu", {"alpha": 1.7}, 5, {"data": "blobs5", "noise": 0.45, "width": 11, "batch": 20,
                                      "optimizer": "adam"}),
    ("ko", "sigmoid", {}, 18, {"data": "gaussians", "batch": 200, "lr": 3.0, "width": 1}),
    ("en", "silu", {"beta": 0.3}, 4, {"data": "spiral5", "batch": 2, "hidden": 3, "width": 32,
                                      "seed": 1234, "lr": 0.01}),
    ("ko", "gelu", {"approximate": "tanh"}, 6, {"data": "spiral", "noise": 0.0, "batch": 1,
                                                "optimizer": "adam", "lr": 0.003}),
    ("en", "prelu", {}, 3, {"data": "blobs3", "optimizer": "adam", "lr": 0.1}),
    ("ko", "softplus", {}, 0, {"data": "xor", "seed": 5, "initializer": "he_normal"}),
    ("en", "leaky_relu", {"alpha": 0.3}, 6, {"data": "plane", "lr": 0.01, "batch": 5}),
    ("ko", "tanh", {}, 11, {"data": "many_gaussians", "optimizer": "adam", "noise": 0.3,
                            "width": 20, "seed": 77}),
    ("en", "identity", {}, 20, {"data": "plane", "hidden": 3, "batch": 200, "noise": 0.0}),
    ("ko", "gelu", {}, 2, {"data": "plane", "hidden": 1, "batch": 1, "lr": 0.003, "noise": 0.5,
                           "initializer": "he_normal"}),
    ("en", "softplus", {}, 0, {"data": "many_gaussians", "noise": 0.5, "seed": 4242}),
    ("ko", "relu", {}, 8, {"data": "plane", "hidden": 0, "initializer": "zeros", "batch": 100}),
]  # fmt: skip


def watched(language, function, given, epoch, link):
    """A page that shows the run at an epoch."""
    own = {f"{function}.{name}": value for name, value in given.items()}
    link = texts({"function": function} | own | link)
    return Alone(LIVE).follow(lang=language, **link).play(wanted=1).play(shown=epoch)


@pytest.mark.parametrize(("language", "function", "given", "epoch", "link"), RUNS)
def test_the_caption_of_a_run_is_that_of_gradient_descent(
    unhurried, language, function, given, epoch, link
):
    reader, task = watched(language, function, given, epoch, link), Task(link)
    networks = task.networks(function, [task.seed], **given)
    for _ in task.epochs(networks, epoch):
        pass
    assert not networks.over.any()
    (train, right), (test, tested) = (networks.losses(*data) for data in (task.train, task.test))
    expected = {
        "epoch": number(epoch), "hidden": number(task.hidden),
        "initializer": INITIALIZERS[task.initializer][language],
        "optimizer": OPTIMIZERS[task.optimizer][language], "loss": LOSSES[task.loss][language],
        "train_loss": number(train[0]), "test_loss": number(test[0]),
        "train_points": "200", "test_points": "200",
    }  # fmt: skip
    parts = {"caption": None, "caption-regression": None}
    if task.loss == "mse":
        parts["caption-regression"] = expected
    else:
        accuracies = {"train_accuracy": percent(right[0]), "test_accuracy": percent(tested[0])}
        parts["caption"] = expected | accuracies
    assert {part: said(reader, LIVE, part, language) for part in parts} == parts


@pytest.mark.parametrize(
    ("language", "function", "link"),
    [
        ("en", "relu", {"data": "plane", "lr": 10.0}),
        ("ko", "leaky_relu", {"data": "plane", "lr": 3.0, "hidden": 3, "batch": 100}),
        ("en", "identity", {"data": "many_gaussians", "lr": 10.0, "batch": 50}),
    ],
)
def test_beyond_a_divergence_the_last_epoch_before_it_is_told(unhurried, language, function, link):
    reader, task = watched(language, function, {}, 20, link), Task(link)
    networks = task.networks(function, [task.seed])
    last = [0, *(networks.losses(*data)[0][0] for data in (task.train, task.test))]
    with np.errstate(all="ignore"):
        for epoch in task.epochs(networks, 20):
            found = [networks.losses(*data)[0][0] for data in (task.train, task.test)]
            if networks.over.any() or np.isnan(found).any():
                break
            last = [epoch, *found]
        else:
            pytest.fail("it does not diverge")
    told = said(reader, LIVE, "caption-regression", language)
    assert [told["epoch"], told["train_loss"], told["test_loss"]] == [*map(number, last)]


STUCK = [
    ("en", "tanh", {}, {}),
    ("ko", "relu", {}, {"data": "plane", "lr": 0.1, "hidden": 1}),
    ("en", "silu", {"beta": 2.0}, {"data": "spiral5", "optimizer": "adam", "hidden": 3}),
    ("ko", "prelu", {"alpha": 0.5}, {"data": "xor", "lr": 1.0, "optimizer": "adam", "width": 3}),
    ("en", "gelu", {}, {"data": "blobs3", "lr": 0.3, "batch": 50, "width": 1}),
]


@pytest.mark.parametrize(("language", "function", "given", "link"), STUCK)
def test_from_zeros_nothing_moves_where_f_of_0_is_0(unhurried, language, function, given, link):
    """And the output's bias does: the output is the same everywhere, and not what it was."""
    link = {"initializer": "zeros"} | link
    reader, task = watched(language, function, given, 13, link), Task(link)
    networks = task.networks(function, [task.seed], **given)
    for _ in task.epochs(networks, 13):
        pass
    sums, inputs = networks.forward(task.train[0])
    gradients, _ = networks.gradients(*task.train)
    of_weights = gradients[: len(networks.w)]
    for parts in (inputs[1:], networks.w, of_weights):
        assert all((part == 0).all() for part in parts)
    assert said(reader, LIVE, "zeros-stuck", language) == {}
    assert np.ptp(sums[-1], axis=1).max() == 0 and np.abs(networks.b[-1]).max() > 1e-4
    assert said(reader, LIVE, "zeros-alike", language) is None


ALIKE = [
    ("en", "sigmoid", {"lr": 0.3}),
    ("ko", "softplus", {"lr": 0.1, "data": "plane", "hidden": 1, "width": 5}),
    ("en", "sigmoid", {"data": "spiral5", "optimizer": "adam", "hidden": 3, "width": 32}),
    ("ko", "softplus", {"data": "moons", "batch": 5, "width": 2, "noise": 0.4, "seed": 8}),
    ("en", "sigmoid", {"data": "blobs3", "optimizer": "adam", "lr": 0.1, "hidden": 1, "width": 16}),
]


@pytest.mark.parametrize(("language", "function", "link"), ALIKE)
def test_from_zeros_the_units_of_a_layer_move_alike(unhurried, language, function, link):
    """A network of one unit a layer, each standing for all: its weight counts once for each."""
    link = {"initializer": "zeros"} | link
    reader, task = watched(language, function, {}, 16, link), Task(link)
    networks = task.networks(function, [task.seed])
    for _ in task.epochs(networks, 16):
        pass
    found = said(reader, LIVE, "zeros-alike", language)
    weight = max(float(np.abs(w).max()) for w in networks.w)
    assert read(found.pop("difference")) < 1e-12 * weight, "what rounding leaves of none"
    assert found == {"noted": "16", "weight": number(weight)}
    assert said(reader, LIVE, "zeros-stuck", language) is None


# Figure 2


def variants(link, language):
    """What each variant is called, its function and its task."""
    if link.get("compare.by") == "rates":
        rates = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
        return [(number(rate), "tanh", Task(link | {"lr": rate})) for rate in rates]
    names = function_names(language)
    return [(names[function], function, Task(link)) for function in ACTIVATIONS]


def raced(link):
    """All variants' test losses and accuracies, (epochs, variants, seeds), from epoch 0 on."""
    curves = []
    for _, function, task in variants(link, "en"):
        seeds = np.random.SeedSequence(task.seed).generate_state(link["compare.seeds"]).tolist()
        networks = task.networks(function, seeds, dtype=np.float32)
        with np.errstate(all="ignore"):
            rows = [networks.losses(*task.test)]
            for _ in task.epochs(networks, link["compare.epochs"]):
                loss, right = networks.losses(*task.test)
                gone = networks.over
                rows.append((
                    np.where(gone, np.nan, loss),
                    None if right is None else np.where(gone, 0.0, right),
                ))  # fmt: skip
        curves.append(rows)
    losses = np.array([[row[0] for row in rows] for rows in curves]).transpose(1, 0, 2)
    right = [[row[1] for row in rows][-1] for rows in curves]
    return losses, right


def middle(values):
    """The median: the middle one in order, or between the two in the middle."""
    values = sorted(values)
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def told_of(link, language):
    """What the caption should say, its part first, and the lines of the table."""
    losses, right = raced(link)
    names = [name for name, *_ in variants(link, language)]
    target, seeds = link["compare.target"], link["compare.seeds"]
    things = {
        "functions": {"ko": "활성화 함수 11가지", "en": "11 activation functions"},
        "rates": {"ko": "학습률 8가지", "en": "8 learning rates"},
    }[link.get("compare.by", "functions")][language]
    slots = {
        "things": things, "seeds": number(seeds), "epochs": number(link["compare.epochs"]),
    }  # fmt: skip
    there = [  # for each of them, when each seed that came there did
        [int(np.argmax(losses[:, f, s] <= target)) for s in range(seeds)
         if (losses[:, f, s] <= target).any()]
        for f in range(len(names))
    ]  # fmt: skip
    final = np.where(np.isnan(losses[-1]), np.inf, losses[-1])
    lines = []
    for f, name in enumerate(names):
        ordered = sorted(final[f])
        low, high = (ordered[round(q * (seeds - 1))] for q in (0.25, 0.75))
        when = middle(there[f]) if there[f] else math.inf
        line = [name, f"{number(when) if there[f] else '–'} ({len(there[f])}/{seeds})",
                f"{number(middle(final[f]))} ({number(low)} – {number(high)})"]  # fmt: skip
        line += [percent(middle(right[f]))] if right[f] is not None else []
        line += [number(int(np.isinf(final[f]).sum()))] if np.isinf(final).any() else []
        lines.append(((-len(there[f]), when, middle(final[f])), line))
    lines = [line for _, line in sorted(lines, key=lambda one: one[0])]
    all_of_them = {f: middle(there[f]) for f in range(len(names)) if len(there[f]) == seeds}
    none = [f for f in range(len(names)) if not there[f]]
    order = [line[0] for line in lines]

    def named(some):
        return ", ".join(sorted((names[f] for f in some), key=order.index))

    if np.isinf(final).all():
        return "caption-diverged", slots, lines
    loss = {"ko": "테스트 손실", "en": "test loss"}[language]
    slots |= {"goal": f"{loss} {number(target)}"}
    if not all_of_them:
        return "caption-no-winner", slots | {"none_count": number(len(none))}, lines
    soonest = min(all_of_them.values())
    slots |= {
        "all_count": number(len(all_of_them)), "fastest_epochs": number(soonest),
        "fastest": named(f for f, when in all_of_them.items() if when == soonest),
    }  # fmt: skip
    if not none:
        return "caption-no-loser", slots, lines
    return "caption", slots | {"none": named(none)}, lines


def case(language, part, **link):
    settings = {"seeds": 8, "epochs": 20, "target": 0.1}
    own = {f"compare.{name}": link.pop(name, value) for name, value in settings.items()}
    return pytest.param(language, part, own | {"batch": 50} | link, id=f"{part}-{language}")


RACES = [
    case("en", "caption", epochs=40, target=0.3, batch=20),
    case("ko", "caption", data="spiral3", target=0.5, optimizer="adam", lr=0.1, width=16,
         initializer="he_normal", noise=0.0, seed=5),
    case("en", "caption", data="moons", target=0.2, optimizer="adam"),
    case("ko", "caption", data="gaussians", target=0.2, batch=20),
    case("en", "caption", data="plane", target=0.15, lr=0.1, batch=100),
    case("ko", "caption-no-loser", data="plane", target=0.02, lr=0.01, hidden=1, batch=20),
    case("en", "caption-no-loser", data="plane", target=0.01, hidden=1, noise=0.05, batch=20),
    case("ko", "caption-no-loser", data="gaussians", target=0.5, lr=0.1, seed=9, batch=20),
    case("en", "caption-no-loser", data="plane", target=0.15, hidden=1, seeds=16, batch=100),
    case("ko", "caption-no-loser", data="gaussians", hidden=0, target=0.15),
    case("en", "caption", **{"compare.by": "rates"}, data="gaussians", target=0.2, batch=20),
    case("ko", "caption-no-loser", **{"compare.by": "rates"}, data="moons", hidden=0, target=0.4),
    case("en", "caption-no-winner"),
    case("ko", "caption-no-winner", data="spiral", target=0.5, noise=0.25, batch=200),
    case("en", "caption-no-winner", data="many_gaussians", target=0.01, seed=77),
    case("ko", "caption-no-winner", data="spiral5", target=0.3, optimizer="adam", batch=100),
    case("en", "caption-no-winner", data="xor", initializer="zeros", target=0.4, lr=1.0),
    case("en", "caption-diverged", data="plane", lr=10.0, batch=20),
    case("ko", "caption-diverged", data="many_gaussians", lr=10.0, seeds=16),
    case("en", "caption-diverged", data="plane", lr=10.0, hidden=0, batch=5),
    case("ko", "caption-diverged", data="plane", lr=10.0, hidden=1, seed=4, epochs=40),
    case("en", "caption-diverged", data="plane", lr=10.0, hidden=3, seed=1, width=3),
]  # fmt: skip


@pytest.mark.parametrize(("language", "part", "link"), RACES)
def test_the_comparison_is_that_of_gradient_descent(language, part, link):
    reader = Alone(RACE).follow(lang=language, **texts(link), **{"compare.run": "1"})
    expected_part, slots, lines = told_of(link, language)
    assert expected_part == part
    parts = ("caption", "caption-no-loser", "caption-no-winner", "caption-diverged")
    found = {name: said(reader, RACE, name, language) for name in parts}
    assert found == dict.fromkeys(parts) | {part: slots}
    table = reader.at.table[0].value.replace(r"\s\\\*$", "", regex=True)  # the reader's own
    assert table.to_numpy().tolist() == lines


@pytest.mark.parametrize(
    ("language", "data", "noise", "target"),
    [
        ("en", "plane", 0.0, 0.1),
        ("ko", "plane", 0.5, 0.4),
        ("en", "many_gaussians", 0.2, 0.15),
        ("ko", "many_gaussians", 0.0, 0.5),
        ("en", "plane", 0.3, 0.3),
        ("ko", "plane", 0.3, 0.1),
        ("en", "circle", 0.1, 0.5),
        ("ko", "spiral5", 0.5, 0.5),
    ],
)
def test_a_target_that_needs_no_learning_is_named(language, data, noise, target):
    """Always the mean target, or the shares of the classes, of the training data."""
    link = {"data": data, "noise": noise, "compare.target": target, "batch": 200}
    short = {"compare.run": "1", "compare.epochs": "20"}
    reader = Alone(RACE).follow(lang=language, **texts(link), **short)
    task = Task(link)
    (_, train), (_, test) = task.train, task.test
    if task.loss == "mse":
        baseline = np.mean((test - train.mean()) ** 2)
    else:
        baseline = -np.mean([math.log(np.mean(train == label)) for label in test])
    loss = {"ko": "테스트 손실", "en": "test loss"}[language]
    told = {"goal": f"{loss} {number(target)}", "baseline": number(baseline)}
    assert said(reader, RACE, "easy-target", language) == (told if target >= baseline else None)


@pytest.mark.parametrize(
    ("language", "link"),
    [
        ("en", {}),
        ("ko", {"hidden": 1, "data": "plane", "lr": 0.1, "optimizer": "adam"}),
        ("en", {"hidden": 3, "data": "spiral5", "width": 4}),
        ("ko", {"data": "moons", "optimizer": "adam", "seed": 9, "noise": 0.4}),
        ("en", {"hidden": 1, "data": "blobs3", "width": 1, "lr": 1.0}),
    ],
)
def test_functions_whose_weights_never_leave_0_are_named(language, link):
    link = {"initializer": "zeros", "batch": 100} | link
    short = {"compare.run": "1", "compare.epochs": "20"}
    reader, task = Alone(RACE).follow(lang=language, **texts(link), **short), Task(link)
    still = []
    for key, name in function_names(language).items():
        networks = task.networks(key, [task.seed])
        for _ in task.epochs(networks, 20):
            pass
        if not any(w.any() for w in networks.w):
            still.append(name)
    assert said(reader, RACE, "zeros", language) == {"names": ", ".join(still)}
