"""The numbers on the cards of dying units and of the functions that cure it, worked out anew.

Of ``deciding`` and ``limit`` every slot, by networks that are written out and trained in the tests.
"""

from __future__ import annotations

import numpy as np

from dlbasic.activations import ACTIVATIONS, LeakyReLU, PReLU, ReLU
from dlbasic.datasets import DATASETS, split
from dlbasic.text import LANGUAGES
from tests.claims.test_numbers_of_gradient_flow import arrived
from tests.claims.told import at, cases, check, named
from tests.plain.deep import Descent, Networks, seeds_of

HALF = 0.5


def circle(seed):
    return split(DATASETS["circle"](noise=0.1).sample(200, seed=seed), 0.5, seed=seed)


class Units:
    """Networks of two hidden layers of 16 units on the circle, looked at after some epochs."""

    def __init__(self, f, s, seeds, lrs, bias, every=1):
        train, test = circle(s.seed)
        networks = Networks(f, (2, 16, 16, 1), "he", seeds, bias=bias)
        run = Descent(networks, train, 20, lrs, s.seed)
        self.dead, self.loss, self.alphas = [], [], []
        for epoch in range(s.epochs + 1):
            if epoch:
                run.epoch()
            if epoch % every and epoch < s.epochs:
                continue
            networks.forward(train.inputs)
            slopes = np.concatenate(networks.slopes, axis=1)
            if not epoch:
                self.flat = (slopes == 0).mean()
            self.dead.append((slopes == 0).all(axis=2).mean(axis=1))
            loss = np.where(run.diverged, np.inf, networks.losses(test))
            self.loss.append(np.where(np.isfinite(loss), loss, np.inf))
            self.alphas.append(np.stack([alpha.ravel() for alpha in networks.alphas], axis=1))
        self.kept = np.isfinite(self.loss)

    @property
    def last_dead(self):
        """The share dead at the end, or when the network was last looked at before it diverged."""
        last = self.kept.sum(axis=0) - 1
        return np.array(self.dead)[last, np.arange(len(last))]


@cases(
    {}, {"epochs": 30, "seed": 2}, {"epochs": 10, "bias": -1.0}, {"epochs": 30, "seed": 11},
    {"epochs": 20, "lr": 3.0},
    {"epochs": 20, "lr": 0.3, "bias": 1.0, "seed": 4}, {"epochs": 5, "bias": -4.5, "seeds": 2},
    {"function": "leaky_relu", "lr": 10.0, "epochs": 10}, {"function": "elu", "epochs": 12},
    {"function": "prelu", "epochs": 3, "lr": 0.5}, {"epochs": 30, "lr": 2.0, "seed": 123456},
)  # fmt: skip
def test_dying_relu(changed):
    s = at("dying-relu", **changed)
    seeds, f = seeds_of(s.seed, s.seeds), ACTIVATIONS[s.function]()
    lrs = sorted({0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, s.lr})
    dead = {}
    for lr in lrs:
        units = Units(f, s, seeds, lr, s.bias, s.epochs)
        if units.kept[-1].any():
            dead[lr] = units.dead[-1][units.kept[-1]].mean()
    low = Units(f, s, seeds, s.lr, -3.0, s.epochs)
    low_dead = low.dead[-1][low.kept[-1]].mean() if low.kept[-1].any() else 0.0
    few = [lr for lr in dead if dead[lr] < 1 / 16]
    here, limit = dead.get(s.lr, 0.0), None
    if low_dead >= 1 / 16 and few:
        limit = {"few_lr": max(few), "few": dead[max(few)], "bias": s.bias}
    check("dying-relu", s, {
        "function": named(s.function), "lr": s.lr, "bias": s.bias, "dead": here,
        "low_bias": -3.0, "low_flat": low.flat, "low_dead": low_dead,
    }, limit)  # fmt: skip


def ratios_of(these, those):
    """Loss by loss; two that are infinite, or 0, are as large as each other."""
    with np.errstate(all="ignore"):
        return np.where(these == those, 1.0, these / those)


@cases(
    {"epochs": 20}, {"epochs": 30, "seed": 9}, {"epochs": 12, "bias": 0.0, "lr": 3.0, "seed": 7},
    {"function": "relu", "epochs": 20, "bias": -3.0}, {"epochs": 60, "smallest": 0.2},
    {"epochs": 25, "bias": -10.0, "lr": 1.0, "smallest": 0.05, "seeds": 4},
    {"epochs": 1, "bias": -2.5, "seed": 123456},
)  # fmt: skip
def test_leaky_relu(changed):
    s = at("leaky-relu", **changed)
    seeds = seeds_of(s.seed, 2 * s.seeds)
    first, others = seeds[: s.seeds], seeds[s.seeds :]
    alphas, beside = [0.0], others
    if s.function == "leaky_relu":
        alphas = [a for a in (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3) if a >= s.smallest]
        beside = first
    every = max(1, s.epochs // 12)
    relu = Units(ReLU(), s, first, s.lr, s.bias, every)
    leaky = [Units(LeakyReLU(a), s, beside, s.lr, s.bias, every) for a in alphas]
    dead = max(units.last_dead.mean() for units in leaky)
    ratios = [ratios_of(units.loss[-1], relu.loss[-1]) for units in leaky]
    medians, limit = [np.median(of) for of in ratios], None
    if dead == 0 and max(medians) > HALF:
        worst = int(np.argmax(medians))
        limit = {"worst": alphas[worst], "half": HALF, "worst_wins": (ratios[worst] <= HALF).mean()}
    of = {"leaky_relu": named("leaky_relu"),
          "relu": {"en": "Slope 0", "ko": "미분값 0"}}[s.function]  # fmt: skip
    check("leaky-relu", s, {
        "bias": s.bias, "relu_dead": relu.last_dead.mean(), "function": of, "dead": dead,
        "slopes": len(alphas),
    }, limit)  # fmt: skip


@cases(
    {"epochs": 20}, {"epochs": 10, "lr": 0.001, "seed": 6}, {"function": "leaky_relu", "epochs": 2},
    {"epochs": 5, "lr": 0.03, "seeds": 4}, {"epochs": 6, "lr": 1.0, "seed": 123456},
)  # fmt: skip
def test_prelu(changed):
    s = at("prelu", **changed)
    seeds, far = seeds_of(s.seed, s.seeds), []
    for start in (0.0, 0.25, 0.5, 1.0):
        kind = PReLU if s.function == "prelu" else LeakyReLU
        units = Units(kind(start), s, seeds, s.lr, 0.0)
        ways = np.where(units.kept[:, :, None], abs(np.array(units.alphas) - start), 0.0)
        far += ways.max(axis=0).ravel().tolist()
    check("prelu", s, {
        "moved": np.mean([way > 0.025 for way in far]), "far": 0.025,
        "function": named(s.function), "median_far": np.median(far),
    })  # fmt: skip


@cases(
    {"epochs": 20}, {"epochs": 60}, {"epochs": 60, "seed": 8}, {"epochs": 60, "lr": 0.5},
    {"epochs": 20, "lowest": -5.0, "seed": 5},
    {"function": "leaky_relu", "epochs": 9},
    {"function": "gelu", "epochs": 15, "lr": 3.0, "lowest": -3.0},
    {"function": "prelu", "lr": 1.0, "epochs": 13, "lowest": -2.0, "seeds": 4},
    {"epochs": 40, "lowest": -7.5, "seed": 123456},
)  # fmt: skip
def test_elu(changed):
    s = at("elu", **changed)
    seeds, every = seeds_of(s.seed, s.seeds), max(1, s.epochs // 12)
    starts = [b for b in (0.0, -1.0, -2.0, -3.0, -5.0, -7.0, -10.0, -15.0) if b >= s.lowest]
    dead, ratios = {"relu": [], s.function: []}, {}
    for bias in starts:
        losses = []
        for key, shares in dead.items():
            units = Units(ACTIVATIONS[key](), s, seeds, s.lr, bias, every)
            losses.append(units.loss[-1])
            if units.kept[-1].any():
                shares.append(units.dead[-1][units.kept[-1]].mean())
        ratios[bias] = np.median(ratios_of(losses[1], losses[0]))
    eased = [bias for bias in starts[1:] if ratios[bias] <= HALF]
    left, limit = [bias for bias in starts[1:] if bias not in eased], None
    if eased and left:
        limit = {"deepest": min(eased), "deepest_ratio": ratios[min(eased)],
                 "first_left": max(left), "half": HALF}  # fmt: skip
    check("elu", s, {
        "starts": len(starts) - 1, "function": named(s.function), "half": HALF,
        "eased": len(eased), "seeds": s.seeds, "relu_dead": max(dead["relu"], default=0.0),
        "dead": max(dead[s.function], default=0.0),
    }, limit)  # fmt: skip


# Steps to a target loss, at seeds where float32's rounding does not decide which rate is best


def steps_to(function, scales, lrs, s, seeds, points, depth, steps, adam=False):
    """The step, looked at every ten, at which the loss is 0.1 or less: ``(choices, seeds)``."""
    choices = [(scale, lr) for scale in scales for lr in lrs]
    networks = Networks(
        ACTIVATIONS[function](), (2, *(16,) * depth, 1), "he", seeds * len(choices),
        scale=np.repeat([scale for scale, _ in choices], len(seeds))[:, None, None],
        dtype=np.float32,
    )  # fmt: skip
    rates = np.repeat([lr for _, lr in choices], len(seeds))
    run = Descent(networks, points, 20, rates, s.seed, adam)
    first = np.full(len(rates), np.inf)
    for step in range(steps + 1):
        if step:
            run.step()
        if step % 10 == 0:
            there = ~run.diverged & (networks.losses(points) <= 0.1)
            first[there & np.isinf(first)] = step
    return first.reshape(len(choices), -1)


def best_of(steps):
    """The choice at which the most seeds get there, and of these the fewest steps."""
    there = np.isfinite(steps)
    ranks = [(-of.sum(), own[of].sum()) for of, own in zip(there, steps, strict=True)]
    return min(range(len(ranks)), key=ranks.__getitem__)


@cases(
    {"seeds": 2},
    only_full=[
        {"data": "moons", "seeds": 4}, {"function": "softplus", "seed": 2, "seeds": 2},
        {"function": "elu", "reading": "saturating", "lr": 0.2},
        {"function": "tanh", "data": "moons", "seed": 123456},
    ],
)  # fmt: skip
def test_relu_fast(changed):
    s = at("relu-fast", **changed)
    seeds = seeds_of(s.seed, s.seeds)
    points = DATASETS[s.data](noise=0.0).sample(100, seed=s.seed)
    lrs = sorted({0.03, 0.1, 0.3, 1.0, 3.0, s.lr})

    def best(function):
        steps = steps_to(function, [1.0], lrs, s, seeds, points, 3, 500)
        others = sorted(steps[best_of(steps[:, ::2]), 1::2])
        return min(others[len(others) // 2], 500.0)

    he, pytorch = (
        arrived(s.function, 20, "he", scale, s.seed, s.seeds, width=32)[0]
        for scale in (1.0, (1 / 6) ** 0.5)
    )
    data = {language: DATASETS[s.data].name[language].partition("(")[0].strip()
            for language in LANGUAGES}  # fmt: skip
    check("relu-fast", s, {
        "data": data, "function": named(s.function), "best": best(s.function), "deep": 20,
        **{f"{key}_best": best(key) for key in ("sigmoid", "tanh", "elu")},
        "he": he, "pytorch": pytorch,
    })  # fmt: skip


@cases(
    {"deepest": 8.0, "steps": 100, "seed": 1}, {"deepest": 5.0},
    only_full=[
        {"function": "relu", "deepest": 6.0, "seed": 123456},
        {"function": "sigmoid", "deepest": 5.0, "steps": 300, "seeds": 2, "seed": 123456},
        {"function": "gelu", "deepest": 7.0, "steps": 150, "seeds": 4},
    ],
)  # fmt: skip
def test_silu(changed):
    s = at("silu", **changed)
    seeds = seeds_of(s.seed, 3 + s.seeds)
    points = DATASETS["circle"](noise=0.0).sample(100, seed=s.seed)
    shares = {}
    for name, lrs in (("sgd", (0.03, 0.1, 0.3)), ("adam", (0.003, 0.01))):
        for function, prefix in ((s.function, ""), ("relu", "rival_")):
            steps = steps_to(
                function, (1.0, 1.1), lrs, s, seeds, points, int(s.deepest), s.steps, name == "adam"
            )
            best = best_of(steps[:, :3])  # three seeds choose, the others are counted
            shares[prefix + name] = np.isfinite(steps[best, 3:]).mean()
    check("silu", s, shares | {
        "deepest": s.deepest, "steps": s.steps, "function": named(s.function), "seeds": s.seeds,
    })  # fmt: skip
