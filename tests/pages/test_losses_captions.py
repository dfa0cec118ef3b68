"""What the captions of the Losses page say, against the textbook's formulas worked out here.

Every text with numbers, whole: at the ends of ranges, at odd values and at other seeds.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.datasets import DATASETS
from dlbasic.figures.losses import PAGE
from dlbasic.figures.losses.two_classes.measure import LEVELS, surface
from dlbasic.losses import LOSSES
from dlbasic.measures.least_loss import FITTED
from dlbasic.measures.sigmoid_losses import NAMES
from dlbasic.text import LANGUAGES, exact, number, rounded
from tests.pages.shown import filled_in, shown
from tests.pages.told import each, follow, settings_of, stand_at, written
from tests.pages.visits import Alone
from tests.plain.lines import best_errors, loss
from tests.site import words

EXPLORER, LINE, TWO = "losses/explorer", "losses/line", "losses/two_classes"


def page(place, **link):
    return Alone(place).follow(lang="en", **link)


def listed(language, slopes):
    """Each loss's gradient behind its name."""
    return ", ".join(
        f"{LOSSES[key].name.short.inside[language]} {number(rounded(float(slope)))}"
        for key, slope in slopes.items()
    )


# The explorer


def of_residual(s, r):
    """The gradients of the losses of regression."""
    return {"mse": 2 * r, "mae": np.sign(r), "huber": max(-s.delta, min(s.delta, r)),
            "log_cosh": np.tanh(r)}  # fmt: skip


def of_two_classes(s, right, wrong, margin):
    """The gradients by the probability of the label, and by the score that favours it."""
    discount = s.gamma * np.log(right) if s.gamma else 0.0
    inside = 1.0 if margin < 1 else 0.0
    by_p = {
        "bce": -1 / right, "sigmoid_mse": -2 * wrong,
        "hinge": -inside / (right * wrong) if inside else 0.0,
        "focal": wrong ** (s.gamma - 1) * discount - wrong**s.gamma / right,
    }  # fmt: skip
    discount = right * discount if right else 0.0
    by_score = {
        "bce": -wrong, "sigmoid_mse": -2 * wrong * wrong * right, "hinge": -inside,
        "focal": wrong**s.gamma * discount - wrong ** (s.gamma + 1),
    }  # fmt: skip
    return by_p, by_score


def at_score(s, z):
    """The gradients of the losses of two classes by the score."""
    sign = 1 if s.label == "1" else -1
    right, wrong = (1 / (1 + np.exp(np.float64(end) * z * sign)) for end in (-1, 1))
    _, slopes = of_two_classes(s, right, wrong, z * sign)
    return {key: sign * slope for key, slope in slopes.items()}


@np.errstate(all="ignore")
def explorer(s, language):
    """What the figure says."""
    x = {"residual": "r", "score": "z", "probability": "p"}[s.against]
    keys = s.regression if s.against == "residual" else s.two_classes

    def named(slopes):
        return listed(language, {key: slopes[key] for key in keys})

    if s.against == "residual":
        seen = [of_residual(s, r) for r in (-s.reach, 0.0, s.reach)]
        slots = {"at": s.reach, "slopes": named(seen[-1])}
    elif s.against == "score":
        seen = [at_score(s, z) for z in (-s.reach, 0.0, s.reach)]
        wrong = s.reach if s.label == "0" else -s.reach
        slots = {"at": wrong, "label": s.label, "slopes": named(at_score(s, wrong))}
        # That of the squared error is next to e to the minus a thousand: it is not 0.
        slots["slopes"] = re.sub(r" 0(?=,|$)", f" {TOO_SMALL[language]}", slots["slopes"])
    else:
        seen = [{"hinge": 0.0}]  # of these only the hinge loss is flat anywhere
        sign, p = (1, np.float64(s.p)) if s.label == "1" else (-1, 1 - np.float64(s.p))
        by_p, by_score = of_two_classes(s, p, 1 - p, np.log(p / (1 - p)))
        by_p, by_score = ({key: sign * slope for key, slope in of.items()}
                          for of in (by_p, by_score))  # fmt: skip
        slots = {"at": s.p, "label": s.label, "slopes": named(by_p), "by_score": named(by_score)}
    place = s.p if s.against == "probability" else s.at
    flat = [LOSSES[key].name.short.inside[language] for key in keys
            if any(slopes.get(key) == 0 for slopes in seen)]  # fmt: skip
    parts = {f"caption-{s.against}": slots}
    if s.part == "values":
        parts["reading"] = {"x": x, "at": exact(place), "digits": 12}
    if s.slope == "log" and flat:
        parts["caption-log"] = {"names": ", ".join(flat)}
    return parts


TOO_SMALL = {"ko": "너무 작아 계산되지 않음", "en": "too small to compute"}
SCORE, BY_P = {"against": "score"}, {"against": "probability"}


@each(
    {},
    {"reach": 1.0, "at": 0.123456789, "slope": "log"},
    {"reach": 1000.0, "delta": 0.1, "at": -1000.0, "regression": ("huber", "log_cosh")},
    {"reach": 2.0, "delta": 3.3, "slope": "log", "regression": ("log_cosh",)},
    {"reach": 50.0, "delta": 5.0, "part": "formulas", "regression": ("mse", "mae")},
    {"reach": 5.0, "delta": 5.0, "at": 1e-7},
    SCORE,
    {**SCORE, "reach": 1.0, "slope": "log"},
    {**SCORE, "reach": 100.0, "label": "0", "slope": "log", "gamma": 5.0},
    {**SCORE, "reach": 1000.0, "slope": "log", "at": 745.2},
    {**SCORE, "reach": 20.0, "gamma": 0.0, "two_classes": ("sigmoid_mse", "focal")},
    {**SCORE, "reach": 2.0, "label": "0", "gamma": 0.3, "two_classes": ("focal",)},
    BY_P,
    {**BY_P, "label": "0", "p": 0.999, "gamma": 0.7, "slope": "log"},
    {**BY_P, "p": 0.0, "gamma": 0.0},
    {**BY_P, "label": "0", "p": 0.0},
    {**BY_P, "p": 0.5, "gamma": 5.0, "two_classes": ("sigmoid_mse", "focal"), "slope": "log"},
    {**BY_P, "p": 0.7321, "two_classes": ("hinge",), "slope": "log"},
    {**BY_P, "label": "0", "p": 1e-9, "gamma": 1.0},
)
def test_the_explorer(language, changed):
    told = filled_in(follow(EXPLORER, language, changed), EXPLORER, language)
    s = settings_of(EXPLORER, changed)
    assert told == written(EXPLORER, language, explorer(s, language))


# The line


def line(s, language):
    shown = s.shown if s.part == "carried" else "mse"
    r = best_errors(shown, np.array(s.x), np.array(s.y), s.delta)
    r[np.abs(r) < 1e-6] = 0.0  # on the line
    if s.part == "lines":  # what the errors leave above a line of least squares is left below it
        return {"caption": {"signed": "0", "mae": np.abs(r).mean(), "mse": (r * r).mean()}}
    sizes = {
        "mse": (r * r, 2 * abs(r)), "mae": (abs(r), 1.0 * (r != 0)),
        "huber": (loss("huber", r, s.delta), np.minimum(abs(r), s.delta)),
    }  # fmt: skip
    shares = {
        f"{key}_{kind}": float(of[-1] / of.sum()) if of.sum() else 0.0
        for key, both in sizes.items()
        for kind, of in zip(("loss", "gradient"), both, strict=True)
    }
    carried = {"carried": {"line": FITTED[s.shown][language]}}
    if not r.any():  # there is nothing to share out
        return carried
    return carried | {"carried-caption": {"point": 8, "error": float(r[-1]), **shares}}


CARRIED = {"part": "carried"}
ODD = {"x": (0.0, 0.1, 9.9, 3.3, 3.3, 10.0, 5.0, 2.7), "y": (15.0, -5.0, 0.3, 7.7, 1.2, -3.1, 0, 4)}
STRAIGHT = {"x": (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), "y": (0.0, 1, 2, 3, 4, 5, 6, 7)}


@each(
    {},
    ODD,
    STRAIGHT,
    {"y": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, -5.0)},
    {"x": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1), "y": (5.0, 4.0, 3.0, 2.0, 1.0, 0.0, -1.0, 2.3)},
    CARRIED,
    {**CARRIED, "shown": "mae"},
    {**CARRIED, "shown": "huber", "delta": 0.5},
    {**CARRIED, **ODD, "delta": 5.0},
    {**CARRIED, **ODD, "shown": "huber", "delta": 2.3},
    {**CARRIED, **STRAIGHT},
)
def test_the_line(language, changed):
    told = filled_in(follow(LINE, language, changed), LINE, language)
    assert told == written(LINE, language, line(settings_of(LINE, changed), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_every_point_is_on_the_line_there_is_nothing_to_share_out(language):
    texts = shown(follow(LINE, language, {**CARRIED, **STRAIGHT}).at)
    assert words(LINE, "carried-none", language) in texts
    assert words(LINE, "carried-none", language) not in shown(follow(LINE, language, CARRIED).at)


# Two classes


def sigma(z):
    return 1 / (1 + np.exp(-z))


def one_answer(s):
    p, spread = sigma(s.score), sigma(s.score) * sigma(-s.score)
    miss = p - s.label if s.label < 1 else -sigma(-s.score)
    slots = {"score": s.score, "label": s.label, "bce": miss, "factor": 2 * spread,
             "squared": 2 * miss * spread}  # fmt: skip
    if s.label in (0, 1):
        return {"caption": slots}
    return {"caption": slots, "caption-between": {"zero": np.log(s.label / (1 - s.label))}}


@each(
    {},
    {"score": 12.0, "label": 1.0},
    {"score": -12.0, "label": 0.0},
    {"score": 2.0, "label": 0.0},
    {"score": 1.5, "label": 0.3},
    {"score": 0.0, "label": 0.5},
    {"score": -11.5, "label": 0.9},
    {"score": 12.0, "label": 0.1},
    {"score": 0.5, "label": 0.6},
)
def test_one_answer(language, changed):
    told = filled_in(follow(TWO, language, changed), TWO, language)
    assert told == written(TWO, language, one_answer(settings_of(TWO, changed)))


class Unit:
    """One sigmoid unit on points and their mirror images; it descends on either loss."""

    def __init__(self, s, key):
        drawn = DATASETS["gaussians"](s.noise).sample(200, s.seed)
        x, y = drawn.inputs[:100], drawn.targets[:100]
        self.x, self.y = np.vstack([x, -x]), np.append(y, 1 - y)
        turned = np.radians(45 + s.angle)
        self.w = s.size * np.array([np.cos(turned), np.sin(turned)])
        self.key, self.lr = key, s.lr

    def gradient(self):
        p = sigma(self.x @ self.w)
        factor = 2 * p * (1 - p) if self.key == "sigmoid_mse" else 1
        return self.x.T @ ((p - self.y) * factor) / 200

    def accuracy(self):
        return np.mean((self.x @ self.w > 0) == (self.y == 1))

    def loss(self, w):
        z = self.x @ w
        if self.key == "bce":
            return np.mean(np.logaddexp(0, z) - self.y * z)
        return np.mean((sigma(z) - self.y) ** 2)

    def epochs(self, count):
        """Before each epoch and after the last."""
        for _ in range(count):
            yield self
            self.w = self.w - self.lr * self.gradient()
        yield self


def played(s, language, key, epoch):
    unit = Unit(s, key)
    for _ in unit.epochs(epoch):
        pass
    return {
        "epoch": epoch, "points": 200, "w1": unit.w[0], "w2": unit.w[1],
        "train_loss": unit.loss(unit.w), "train_accuracy": unit.accuracy(),
        "gradient": np.linalg.norm(unit.gradient()), "loss": NAMES[key].inside[language],
    }  # fmt: skip


@each(
    ({}, 0, 0),
    ({"seed": 9999, "noise": 0.5, "lr": 1.0}, 15, 3),
    ({"size": 4.0, "angle": 180, "noise": 0.0}, 2, 19),
    ({"size": 0.5, "angle": 0, "lr": 0.03, "seed": 7}, 1, 8),
    ({"size": 2.5, "angle": 70, "lr": 0.3, "noise": 0.2}, 12, 1),
)
def test_two_units_that_learn(language, changed):
    changed, *epochs = changed
    reader = follow(TWO, language, {**changed, "part": "runs"})
    told = filled_in(stand_at(reader, *epochs), TWO, language)
    s = settings_of(TWO, changed)
    slots = [played(s, language, *of) for of in zip(NAMES, epochs, strict=True)]
    assert told == written(TWO, language, {"played": slots})


REACHED = {
    "ko": ("{}에포크", "처음부터", "500에포크 안에는 이르지 못함"),
    "en": ("at epoch {}", "from the start", "not within 500 epochs"),
}


def surfaces(s, language):
    at, first, never = REACHED[language]
    slots = {"lr": s.lr, "accuracy": 0.9}
    for key in NAMES:
        unit = Unit(s, key)
        slots |= {"w1": unit.w[0], "w2": unit.w[1],
                  f"{key}_gradient": np.linalg.norm(unit.gradient())}  # fmt: skip
        right = [unit.accuracy() >= 0.9 for unit in unit.epochs(500)]
        epoch = right.index(True) if any(right) else None
        slots[f"{key}_reached"] = never if epoch is None else at.format(epoch) if epoch else first
    return {"surface": {"levels": 8}, "surface-caption": slots}


@each(
    {},
    {"angle": 0},
    {"angle": 180, "size": 4.0, "lr": 0.03, "noise": 0.0},
    {"angle": 100, "size": 0.5, "lr": 1.0, "seed": 9999},
    {"angle": 130, "size": 2.0, "lr": 0.3, "noise": 0.5, "seed": 12},
)
def test_the_landscapes(language, changed):
    changed = {**changed, "part": "surfaces"}
    told = filled_in(follow(TWO, language, changed), TWO, language)
    assert told == written(TWO, language, surfaces(settings_of(TWO, changed), language))


@pytest.mark.parametrize("key", NAMES)
def test_a_landscape_has_its_levels_for_each_factor_of_10(key):
    unit = Unit(settings_of(TWO, {"noise": 0.2, "seed": 3}), key)
    drawn = surface(0.2, 3, key)
    losses = np.array([unit.loss(np.array(w)) for w in drawn[["w1", "w2"]].to_numpy()])
    level, log = drawn["level"].to_numpy(), np.log10(losses)
    seen = level > level.min()  # the last one has all that is lower
    assert (log >= level)[seen].all() and (log < level + 1 / LEVELS + 1e-9)[seen].all()
    assert (log[~seen] < level.min() + 1 / LEVELS).all() and len(set(level)) > 10


# What stands beside them


def test_the_card_of_squared_errors_says_what_to_see_and_that_of_huber_its_source():
    link = {"explorer.part": "formulas", "explorer.regression": "mse,huber", "explorer.delta": "2"}
    texts = shown(page("losses/explorer", **link).at)
    assert any(text.startswith("See: Widrow & Hoff (1960)") for text in texts)
    assert any(text.startswith("Source: Huber (1964)") for text in texts)
    assert any("`torch.nn.HuberLoss(delta=2.0)`" in text for text in texts)
    assert any("`torch.nn.SmoothL1Loss(beta=2.0)`" in text for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_formula_stands_where_it_is_first_used(language):
    """The sums have their indices, and a mean is over n."""
    explorer, _, two, many, *_ = (figure.words["opening"][language] for figure in PAGE.figures)
    assert r"\frac1n \sum_{{i=1}}^n (y_i - \hat y_i)^2" in explorer
    assert r"y \log p + (1 - y) \log (1 - p)" in two
    assert r"\frac{{\exp z_k}}{{\sum_{{j=1}}^K \exp z_j}}" in many
    assert r"-\sum_{{k=1}}^K y_k \log p_k" in many
