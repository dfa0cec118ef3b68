"""What the captions of the gradient page say, against networks that are written out anew here.

Every slot of every part, under links spread over functions, ends of ranges and odd values.
"""

from __future__ import annotations

from math import inf, isfinite, nan

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS, split
from dlbasic.text import number, percent
from dlbasic.ui import replay
from tests.pages.shown import said
from tests.pages.visits import Alone
from tests.plain.deep import (
    Descent,
    Networks,
    fastest,
    fit_output,
    norm,
    one_way,
    pairs,
    paths,
    seeds_of,
    xavier_pair,
)
from tests.test_text import read

MICROSCOPE, DEEP, ZIGZAG = (
    f"gradient_flow/{name}" for name in ("microscope", "training", "zigzag")
)


def page(place, language, **settings):
    """The figure under a link that says these settings."""
    name = place.partition("/")[2]
    link = {f"{name}.{key}": str(value) for key, value in settings.items()}
    reader = Alone(place).follow(lang=language, **link)
    assert reader.notices == []
    return reader


def name(key, language):
    """A function's name without what stands in brackets."""
    return ACTIVATIONS[key].name[language].partition("(")[0].strip()


def middle(values):
    """The median of those that there are."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.median(known)) if known else nan


# The microscope

DEEP_DEFAULTS = {
    "functions": "sigmoid,tanh,relu", "depth": 20, "width": 64, "rule": "suited", "scale": 1,
    "batch": 32, "dtype": "float64", "seed": 0, "seeds": 5,
}  # fmt: skip
SUITED = {"sigmoid": "lecun_normal", "tanh": "lecun_normal", "identity": "lecun_normal"}

BACK = {
    "small": {"depth": 4, "width": 8, "seeds": 3, "seed": 7},
    "every function": {
        "functions": ",".join(ACTIVATIONS), "depth": 6, "width": 8, "seeds": 4, "batch": 5,
        "rule": "he_uniform", "scale": 1.5, "seed": 9999,
    },
    "suited": {"functions": ",".join(ACTIVATIONS), "depth": 3, "width": 12, "seeds": 2, "batch": 1},
    "dead seeds": {"functions": "relu,prelu", "width": 4, "rule": "he_normal"},
    "all dead": {"functions": "relu", "width": 2, "depth": 40, "batch": 3, "seeds": 4},
    "underflow": {
        "functions": "sigmoid,tanh,mish", "depth": 50, "width": 6, "scale": 0.25, "seeds": 3,
        "dtype": "float32", "run": 1,
    },
    "overflow": {
        "functions": "gelu,relu,leaky_relu", "depth": 50, "width": 16, "scale": 16, "seeds": 3,
        "dtype": "float32", "rule": "he_normal", "run": 1,
    },
    "overflow in some seeds": {
        "functions": "elu,mish", "depth": 33, "width": 8, "scale": 16, "seeds": 6,
        "dtype": "float32", "run": 1,
    },
    "overflow at the end": {
        "functions": "elu", "depth": 31, "width": 16, "scale": 16, "seeds": 6,
        "dtype": "float32", "rule": "he_normal",
    },
    "float32": {"functions": "elu,silu", "depth": 5, "width": 7, "dtype": "float32", "seed": 31},
    "larger weights": {"functions": "sigmoid,tanh", "scale": 3, "width": 9, "seeds": 3},
    "larger weights, halved": {"functions": "relu,elu", "scale": 1.5, "depth": 7, "seeds": 2},
    "least": {"depth": 1, "width": 2, "batch": 1, "seeds": 1, "dtype": "float32"},
    "odd": {
        "functions": "softplus,leaky_relu", "depth": 49, "width": 3, "scale": 0.25, "seeds": 2,
        "rule": "uniform", "seed": 9998, "batch": 7,
    },
}  # fmt: skip


def suited(key):
    return SUITED.get(key, "he_normal")


def passed(at, key, dtype):
    """A function's networks after one batch forth and back."""
    sizes = (*(at["width"],) * (at["depth"] + 1), 1)
    rule = suited(key) if at["rule"] == "suited" else at["rule"]
    networks = Networks(
        ACTIVATIONS[key](), sizes, rule, seeds_of(at["seed"], at["seeds"]),
        scale=at["scale"], dtype=dtype,
    )  # fmt: skip
    rng = np.random.default_rng([at["seed"], 3])
    networks.forward(rng.standard_normal((at["batch"], at["width"])))
    networks.gradients = networks.backward(rng.permutation(np.arange(at["batch"]) % 2))
    return networks


@np.errstate(all="ignore")
def ratio(networks):
    """First over last hidden layer's gradient: the middle seed, and between which others."""
    first, last = norm(networks.deltas[0]), norm(networks.deltas[-2])
    ratios = [a / b if b else 0.0 for a, b in zip(first, last, strict=True)]
    ratios = [float(r) if isfinite(r) else inf for r in ratios]
    return written(np.median(ratios)), written(min(ratios)), written(max(ratios))


def written(value):
    return "overflow" if value == inf else "–" if np.isnan(value) else number(value)


def spread(found):
    centre, low, high = found
    return centre if low == "overflow" else f"{centre} ({low} – {high})"


@np.errstate(all="ignore")
def way(networks):
    """By what the slopes and the weights multiply from the last hidden layer to the first."""
    slopes, weights = [], []
    deltas, arriving = map(norm, networks.deltas), map(norm, networks.arriving)
    for delta, came in zip(np.transpose([*deltas]), np.transpose([*arriving]), strict=True):
        if delta[0] == 0:
            slopes.append(0.0)
            weights.append(nan)
            continue
        by_slopes = float(np.prod(delta[:-2] / came[:-1]))
        by_weights = float(np.prod(came[:-1] / delta[1:-1]))
        lost = not (isfinite(by_slopes) and isfinite(by_weights))
        slopes.append(inf if lost else by_slopes)
        weights.append(inf if lost else by_weights)
    return middle(slopes), middle(weights)


def split_up(networks):
    slopes, weights = way(networks)
    return "overflow" if inf in (slopes, weights) else f"{written(slopes)} × {written(weights)}"


def gone(networks, language):
    """In how many layers the gradient is 0 in some seed, and in how many seeds that is so."""
    zeros = np.array([(delta == 0).all(axis=(1, 2)) for delta in networks.deltas])
    layers, seeds = zeros.any(axis=1).sum(), zeros.any(axis=0).sum()
    of_layers, of_seeds = zeros.shape
    if not seeds:
        return ""
    if language == "en":
        return f"{layers} of {of_layers} layers ({seeds} of {of_seeds} seeds)"
    return f"층 {of_layers}개 중 {layers}개(시드 {of_seeds}개 중 {seeds}개)"


def lost(networks, language):
    """From which layer on outputs, and in which layers gradients, are not finite."""

    def bad(values):
        return ~np.isfinite(values).all(axis=(1, 2))

    outputs = np.array([bad(a) for a in networks.a[1:]])
    back = np.array([
        bad(delta) | bad(gradient)
        for delta, gradient in zip(networks.deltas, networks.gradients, strict=False)
    ])  # fmt: skip
    seeds = (outputs.any(axis=0) | back.any(axis=0)).sum()
    where = []
    if outputs.any():
        first = outputs.any(axis=1).argmax() + 1
        where.append({"en": f"outputs from hidden layer {first} on",
                      "ko": f"출력은 은닉층 {first}부터"}[language])  # fmt: skip
    if back.any():
        layers = np.flatnonzero(back.any(axis=1)) + 1
        ends, plural = (f"{layers[0]}–{layers[-1]}", "s") if len(layers) > 1 else (layers[0], "")
        words = {"en": f"gradients in layer{plural} {ends}", "ko": f"기울기는 층 {ends}"}
        where.append(words[language])
    if not where:
        return ""
    count = len(networks.w[0])
    of = {"en": f" ({seeds} of {count} seeds)", "ko": f"(시드 {count}개 중 {seeds}개)"}
    return ", ".join(where) + of[language]


def listed(phrases, language, by=", "):
    return by.join(f"{name(key, language)} {phrase}" for key, phrase in phrases.items() if phrase)


def of_rules(keys, language):
    """Which functions have which of the two rules, in words."""
    he, lecun = {"en": ("He (variance 2/n) for ", "LeCun (variance 1/n) for "),
                 "ko": ("He(분산 2/n) ", "LeCun(분산 1/n) ")}[language]  # fmt: skip
    of = {he: [key for key in keys if suited(key) == "he_normal"],
          lecun: [key for key in keys if suited(key) != "he_normal"]}  # fmt: skip
    return "; ".join(
        words + ", ".join(name(key, language) for key in keys) for words, keys in of.items() if keys
    )


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("where", BACK)
def test_the_microscope(where, language):
    at = DEEP_DEFAULTS | BACK[where]
    keys, dtype = sorted(at["functions"].split(","), key=[*ACTIVATIONS].index), at["dtype"]
    found = {key: passed(at, key, dtype) for key in keys}
    ratios = {key: spread(ratio(networks)) for key, networks in found.items()}
    vanished = listed({key: gone(networks, language) for key, networks in found.items()}, language)
    overflown = listed(
        {key: lost(networks, language) for key, networks in found.items()}, language, "; "
    )
    reader = page(MICROSCOPE, language, **BACK[where])
    depth, seeds = str(at["depth"]), str(at["seeds"])

    def told(part):
        return said(reader, MICROSCOPE, part, language)

    swap = {"overflow": "오버플로"} if language == "ko" else {}

    def words(text):
        for english, korean in swap.items():
            text = text.replace(english, korean)
        return text

    assert told("caption") == {
        "depth": depth, "seeds": seeds, "ratios": words(listed(ratios, language)),
    }  # fmt: skip
    own_rules = at["rule"] == "suited"
    assert told("suited") == ({"rules": of_rules(keys, language)} if own_rules else None)
    scaled = {"scale": number(at["scale"]), "square": number(at["scale"] ** 2)}
    assert told("scaled") == (scaled if own_rules and at["scale"] != 1 else None)
    halved = {"halved": number(0.5 ** ((at["depth"] - 1) / 2))}
    falls = own_rules and "relu" in keys and at["depth"] > 1
    assert told("halved") == (halved if falls else None)
    exact = {key: spread(ratio(passed(at, key, "float64"))) for key in keys}
    differs = {key: exact[key] for key in keys if exact[key] != ratios[key]}
    beside = listed(differs, language) or {"en": "none", "ko": "없음"}[language]
    assert told("beside") == (
        {"dtype": dtype, "beside": words(beside)} if dtype == "float32" else None
    )
    assert told("zero") == ({"dtype": dtype, "vanished": vanished} if vanished else None)
    assert told("overflow") == (
        {"dtype": dtype, "overflown": overflown, "output": str(at["depth"] + 1)}
        if overflown else None
    )  # fmt: skip
    reader.move("microscope.part", "factors")
    splits = {key: split_up(networks) for key, networks in found.items()}
    assert told("factors-caption") == {"seeds": seeds, "splits": words(listed(splits, language))}
    assert told("factors-zero") == ({} if vanished else None)


def test_lecuns_ratio_of_relu_is_about_that_many_times_hes():
    """By other code than the formula: both are measured."""
    for depth, seed in ((5, 0), (12, 4), (21, 9)):
        at = DEEP_DEFAULTS | {"depth": depth, "seed": seed}
        ratios = []
        for rule in ("lecun_normal", "he_normal"):
            deltas = passed(at | {"rule": rule}, "relu", "float64").deltas
            ratios.append(np.median(norm(deltas[0]) / norm(deltas[-2])))
        reader = page(MICROSCOPE, "en", functions="relu", depth=depth, seed=seed)
        told = read(said(reader, MICROSCOPE, "halved")["halved"])
        assert ratios[0] / ratios[1] == pytest.approx(told, rel=0.1)


# Training

TRAINED = {
    "first": (0, {}),
    "tanh": (3, {"function": "tanh", "depth": 5, "lr": 0.01, "seed": 7}),
    "one layer": (4, {"function": "gelu", "depth": 1, "lr": 0.3, "optimizer": "sgd", "seed": 9999}),
    "skips": (2, {"function": "silu", "depth": 30, "skip": 1, "scale": 0.5, "seed": 12}),
    "learned slopes": (
        5, {"function": "prelu", "depth": 3, "rule": "he_uniform", "optimizer": "sgd", "lr": 0.1},
    ),
    "small weights": (1, {"function": "softplus", "depth": 12, "scale": 0.25, "rule": "normal"}),
    "dead": (5, {"function": "relu", "scale": 0.25, "optimizer": "sgd", "lr": 0.1}),
    "large": (0, {"function": "relu", "rule": "he_normal", "scale": 6, "depth": 20, "seed": 1}),
}  # fmt: skip


@pytest.mark.parametrize("where", TRAINED)
def test_training(where, monkeypatch):
    monkeypatch.setattr(replay, "SECONDS", 1e9)
    epochs, settings = TRAINED[where]
    at = {
        "function": "sigmoid", "depth": 8, "rule": "xavier_normal", "scale": 1, "skip": 0,
        "optimizer": "adam", "lr": 0.003, "seed": 0,
    } | settings  # fmt: skip
    points, _ = split(DATASETS["circle"]().sample(400, seed=0), 0.5, seed=0)
    networks = Networks(
        ACTIVATIONS[at["function"]](), (2, *(16,) * at["depth"], 1), at["rule"], [at["seed"]],
        scale=at["scale"], skip=bool(at["skip"]),
    )  # fmt: skip
    run = Descent(networks, points, 10, at["lr"], at["seed"], adam=at["optimizer"] == "adam")
    for _ in range(epochs):
        run.epoch()
    (loss,) = networks.losses(points)
    networks.backward(points.targets)
    first, last = (float(norm(networks.deltas[layer])[0]) for layer in (0, -2))
    for language in ("en", "ko"):
        reader = page(DEEP, language, **settings).play(wanted=1).play(shown=epochs)
        assert said(reader, DEEP, "caption", language) == {
            "epoch": number(epochs), "points": "200", "width": "16", "batch": "10",
            "first": number(first), "last": number(last), "train_loss": number(loss),
            "ratio": number(first / last) if last else "–",
        }  # fmt: skip


# The zig-zag

WALKED = {
    "first": {},
    "centred": {"inputs": "centred", "seed": 99},
    "together": {"direction": 45, "lr": 0.5, "seed": 3},
    "up": {"direction": 90, "lr": 1, "seed": 41},
    "batch": {"batch": 8, "seed": 5, "direction": -90},
    "centred batch": {"inputs": "centred", "batch": 32, "direction": 15, "lr": 0.1, "seed": 12},
    "all samples": {"batch": 128, "direction": -75, "lr": 1, "seed": 77},
    "all samples, centred": {"inputs": "centred", "batch": 128, "direction": 0, "seed": 30},
}  # fmt: skip
KINDS = {"positive": {"en": "positive", "ko": "양수"}, "centred": {"en": "centred", "ko": "평균 0"}}


@pytest.mark.parametrize("where", WALKED)
def test_the_path(where):
    settings = WALKED[where]
    at = {"inputs": "positive", "direction": -45, "batch": 1, "lr": 0.2, "seed": 0} | settings
    sigmoid, seeds = ACTIVATIONS["sigmoid"](), seeds_of(at["seed"], 20)
    walked, best = {}, {}
    for kind in KINDS:
        one, many = (pairs(sigmoid, of, centred=kind == "centred") for of in ([at["seed"]], seeds))
        (walked[kind],) = paths(
            one, [at["seed"]], at["direction"], at["batch"], at["lr"], int(np.ceil(150 / at["lr"]))
        )
        assert walked[kind].arrived
        best[kind] = number(fastest(many, seeds, at["direction"], at["batch"]))
    kind, other = sorted(KINDS, key=lambda kind: kind != at["inputs"])
    way, second = walked[kind], walked[other]
    for language in ("en", "ko"):
        reader = page(ZIGZAG, language, **settings)
        slots = {
            "inputs": KINDS[kind][language], "seed": number(at["seed"]), "near": "5%",
            "steps": number(way.steps), "detour": percent(way.times - 1),
            "turns": number(way.turns), "together": percent(way.together),
        }  # fmt: skip
        if at["batch"] == 1:  # the words are the same, but for the batch
            assert said(reader, ZIGZAG, "caption-single", language) == slots
        else:
            slots["batch"] = number(at["batch"])
            assert said(reader, ZIGZAG, "caption", language) == slots
        shaded = {part: said(reader, ZIGZAG, part, language) for part in ("path", "path-batch")}
        alone = at["batch"] == 1
        assert shaded == {"path": {} if alone else None, "path-batch": None if alone else {}}
        assert said(reader, ZIGZAG, "rates", language) == {
            "lr": number(at["lr"]), "inputs": KINDS[kind][language], "tried": "8", "seeds": "20",
            "other": KINDS[other][language], "other_steps": number(second.steps),
            "other_detour": percent(second.times - 1),
            "best": best[kind], "other_best": best[other],
        }  # fmt: skip


SIGNED = {
    "first": {},
    "large": {"batch": 32, "seeds": 3, "data": "moons"},
    "even": {"batch": 8, "seeds": 2, "data": "spiral", "signs_seed": 9999},
    "one seed": {"batch": 64, "seeds": 1, "data": "circle", "signs_seed": 17},
    "clouds": {"batch": 2, "seeds": 6, "data": "gaussians", "signs_seed": 4},
}  # fmt: skip


@pytest.mark.parametrize("where", SIGNED)
def test_units_of_one_sign(where):
    settings = SIGNED[where]
    at = {"data": "xor", "batch": 1, "seeds": 5, "signs_seed": 0} | settings
    points = DATASETS[at["data"]](noise=0.1).sample(256, seed=at["signs_seed"])
    shares = {}
    for key, kind in ACTIVATIONS.items():
        networks = xavier_pair(kind(), seeds_of(at["signs_seed"], at["seeds"]))
        fit_output(networks, points)
        shares[key] = middle(one_way(networks, points, at["batch"]))
    # From the largest down, and of equal ones in the article's order.
    ordered = sorted((key for key in shares if not np.isnan(shares[key])), key=lambda k: -shares[k])
    batch = number(at["batch"])
    for language in ("en", "ko"):
        reader = page(ZIGZAG, language, part="signs", **settings)
        assert said(reader, ZIGZAG, "signs", language) == {"batch": batch}
        assert said(reader, ZIGZAG, "signs-caption", language) == {
            "batch": batch, "seeds": number(at["seeds"]), "width": "8", "chance": percent(2 / 2**8),
            "shares": ", ".join(f"{name(key, language)} {percent(shares[key])}" for key in ordered),
        }  # fmt: skip
