"""What is said of units that die and of cures, against networks that are trained anew here.

Every slot of every part, under links spread over functions, ends of ranges and odd values.
"""

from __future__ import annotations

import numpy as np
import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.datasets import DATASETS, split
from dlbasic.text import number, percent
from tests.pages.shown import said, table
from tests.pages.test_gradient_captions import listed, name, page
from tests.plain.deep import Descent, Networks, seeds_of
from tests.site import words

DYING, CURES = "gradient_flow/dying", "gradient_flow/cures"
NONE = {"en": "none", "ko": "없음"}

# Dying units

UNITS = {
    "default functions": {"seeds": 3},
    "low": {"functions": "relu,elu,sigmoid", "bias": -5, "lr": 0.3, "seeds": 4, "seed": 9999},
    "far": {"functions": "gelu,silu,mish,softplus,tanh", "lr": 3, "bias": -2.5, "seeds": 3},
    "steep": {"functions": "prelu,relu,elu,leaky_relu", "lr": 3, "seeds": 6, "seed": 2},
    "some diverge": {"functions": "prelu", "lr": 0.3, "bias": -2, "seeds": 6, "seed": 2},
    "learned": {"functions": "prelu,relu", "lr": 0.1, "bias": 1, "seeds": 4, "seed": 17},
    "slow": {"functions": "leaky_relu,prelu,identity", "lr": 0.001, "bias": -3, "seeds": 3},
    "longer": {"functions": "relu", "lr": 1, "bias": -1, "seeds": 6, "epochs": 40, "seed": 8},
}  # fmt: skip


def told_at(where):
    at = {
        "functions": "relu,leaky_relu,elu,gelu,silu,mish", "lr": 1.0, "bias": 0.0, "epochs": 20,
        "seeds": 5, "seed": 0,
    } | UNITS[where]  # fmt: skip
    at["keys"] = sorted(at["functions"].split(","), key=[*ACTIVATIONS].index)
    circle = DATASETS["circle"](noise=0.1).sample(200, seed=at["seed"])
    at["points"], at["test"] = split(circle, 0.5, seed=at["seed"])
    return at


def begun(at, key, seeds):
    """A function's networks before training, and what trains them."""
    sizes = (2, 16, 16, 1)
    networks = Networks(ACTIVATIONS[key](), sizes, "he_normal", seeds, bias=at["bias"])
    return networks, Descent(networks, at["points"], 20, at["lr"], at["seed"])


def dead_in(networks, points):
    """Which units have no slope at any point: ``(networks, layers, units)``."""
    networks.forward(points.inputs)
    return np.stack([(slopes == 0).all(axis=2) for slopes in networks.slopes], axis=1)


def lives(at, key):
    """Shares dead first and last, returns from one epoch to the next, networks diverged, slopes."""
    networks, run = begun(at, key, seeds_of(at["seed"], at["seeds"]))
    first = before = dead_in(networks, at["points"])
    revived, gone = 0, run.diverged
    for _ in range(at["epochs"]):
        run.epoch()
        now = dead_in(networks, at["points"])
        gone = run.diverged | ~np.isfinite(networks.losses(at["test"]))
        revived += (before & ~now)[~gone].sum()
        before = now
    slopes = np.array([alpha[~gone].ravel() for alpha in networks.alphas])
    if gone.all():
        return "–", revived, gone.sum(), slopes
    shares = [percent(of[~gone].mean(axis=(1, 2)).mean()) for of in (first, before)]
    return " → ".join(shares), revived, gone.sum(), slopes


@pytest.mark.parametrize("where", UNITS)
def test_dying_units(where):
    at = told_at(where)
    found = {key: lives(at, key) for key in at["keys"]}
    settings = {"run": 1, "epochs": 20} | UNITS[where]
    same = {"epochs": number(at["epochs"]), "seeds": number(at["seeds"])}
    for language in ("en", "ko"):
        reader = page(DYING, language, **settings)

        def told(part, reader=reader, language=language):
            return said(reader, DYING, part, language)

        revived, diverged = (
            listed({key: number(of[place]) for key, of in found.items() if of[place]}, language)
            for place in (1, 2)
        )
        assert told("caption") == same | {
            "dead": listed({key: of[0] for key, of in found.items()}, language),
        }  # fmt: skip
        assert told("counts") == {
            "epochs": same["epochs"], "revived": revived or NONE[language],
            "units": number(2 * 16 * at["seeds"]),
        }  # fmt: skip
        lost = {"seeds": same["seeds"], "diverged": diverged}
        assert told("diverged") == (lost if diverged else None)
        assert told("none-diverged") == (None if diverged else {})
        assert told("sparse") == {"sparse": "90%"}
        reader.move("dying.part", "loss")
        slopes = found["prelu"][3] if "prelu" in found else None
        assert told("learned-caption") == (
            None if slopes is None else same | {"start": "0.25", "ends": ends(slopes, language)}
        )


def test_returns_are_counted_from_one_epoch_to_the_next():
    """Step by step there are more, and the words say which are meant."""
    at = told_at("default functions")
    networks, run = begun(at, "relu", seeds_of(at["seed"], at["seeds"]))
    before, steps = dead_in(networks, at["points"]), 0
    for _ in range(5 * at["epochs"]):
        run.step()
        now = dead_in(networks, at["points"])
        steps, before = steps + (before & ~now).sum(), now
    assert steps > 2 * lives(at, "relu")[1] > 0
    assert "an epoch later" in words(DYING, "counts", "en")
    assert "한 에포크 뒤" in words(DYING, "counts", "ko")


def ends(slopes, language):
    """The middle slope of each layer, and between which others."""
    if not slopes.size:
        return {"en": "every network has diverged", "ko": "모든 신경망이 발산함"}[language]
    each = {"en": "{1} in hidden layer {0} ({2} – {3})", "ko": "은닉층 {0}에서 {1} ({2} – {3})"}
    return ", ".join(
        each[language].format(layer, *(number(f(of)) for f in (np.median, np.min, np.max)))
        for layer, of in enumerate(slopes, start=1)
    )


def events(at, key, seed):
    """Who is dead before training, and the first twelve deaths and returns, step by step."""
    networks, run = begun(at, key, [seed])
    born = before = dead_in(networks, at["points"])[0]
    rows = []
    for step in range(1, 5 * at["epochs"] + 1):
        gradients = run.step()
        now = dead_in(networks, at["points"])[0]
        for layer, unit in np.argwhere(before != now) if not run.diverged[0] else ():
            parts = [*gradients[layer][0, unit], *gradients[3 + layer][0, unit]]
            rows.append(
                (step, layer + 1, unit + 1, now[layer, unit], np.sqrt(np.square(parts).sum()))
            )
        if len(rows) >= 12:
            break
        before = now
    return born, rows[:12]


@pytest.mark.parametrize("where", UNITS)
def test_who_died_and_when(where):
    at = told_at(where)
    place, rows = 0, []
    for seed in seeds_of(at["seed"], at["seeds"]):
        if not rows:
            place, (born, rows) = place + 1, events(at, at["keys"][0], seed)
    reader = page(DYING, "en", part="deaths", run=1, **({"epochs": 20} | UNITS[where]))
    first = name(at["keys"][0], "en")
    if not rows:
        assert said(reader, DYING, "no-deaths") == {"first": first, "seeds": number(at["seeds"])}
        return
    assert said(reader, DYING, "deaths") == {
        "most": "12", "first": first, "number": number(place), "seeds": number(at["seeds"]),
    }  # fmt: skip
    wanted = [
        ["0", str(layer), ", ".join(str(unit + 1) for unit in np.flatnonzero(of)),
         "dead from the start", "–"]
        for layer, of in enumerate(born, start=1) if of.any()
    ] + [
        [str(step), str(layer), str(unit), "died" if died else "came back", number(gradient)]
        for step, layer, unit, died, gradient in rows
    ]  # fmt: skip
    assert table(reader, "What happened").to_numpy().tolist() == wanted


# Cures

CURED = {
    "shallow": {"functions": "sigmoid,tanh,relu", "depth": 2, "lr": 0.3, "seeds": 3},
    "deep": {"functions": "sigmoid,relu,silu", "depth": 8, "seeds": 4, "seed": 5, "lr": 0.1},
    "skips": {"functions": "tanh,gelu", "depth": 9, "skip": 1, "seeds": 3, "seed": 9999},
    "Adam": {"functions": "elu,softplus", "depth": 4, "optimizer": "adam", "lr": 0.01, "seeds": 3},
    "diverged": {"functions": "prelu,identity", "depth": 5, "lr": 1, "seeds": 3, "seed": 2},
    "one layer": {"functions": "mish,leaky_relu", "depth": 1, "lr": 0.1, "epochs": 40, "seeds": 10},
}  # fmt: skip
STARTS = {
    "naive": {"en": "Standard deviation 0.1 in every layer", "ko": "모든 층에 표준편차 0.1"},
    "xavier": {"en": "Xavier", "ko": "Xavier 초기화"},
    "he": {"en": "He", "ko": "He 초기화"},
}


@pytest.mark.parametrize("where", CURED)
def test_cures(where):
    at = {"epochs": 20, "skip": 0, "optimizer": "sgd", "lr": 0.1, "seed": 0} | CURED[where]
    keys = sorted(at["functions"].split(","), key=[*ACTIVATIONS].index)
    points, _ = split(DATASETS["circle"]().sample(400, seed=0), 0.5, seed=0)
    learned = {start: {} for start in STARTS}
    for start in STARTS:
        for key in keys:
            networks = Networks(
                ACTIVATIONS[key](), (2, *(16,) * at["depth"], 1), start,
                seeds_of(at["seed"], at["seeds"]), skip=bool(at["skip"]), dtype=np.float32,
            )  # fmt: skip
            run = Descent(
                networks, points, 20, at["lr"], at["seed"], adam=at["optimizer"] == "adam"
            )
            below = np.zeros(at["seeds"], bool)
            for epoch in range(at["epochs"] + 1):
                if epoch:
                    run.epoch()
                below |= ~run.diverged & (networks.losses(points) < 0.2)
            learned[start][key] = f"{below.sum()}/{at['seeds']}"
    for language in ("en", "ko"):
        reader = page(CURES, language, run=1, **({"epochs": 20} | CURED[where]))
        assert said(reader, CURES, "caption", language) == {
            "below": "0.2", "epochs": number(at["epochs"]), "depth": number(at["depth"]),
            "width": "16",
            **{f"name_{start}": named[language] for start, named in STARTS.items()},
            **{f"learned_{start}": listed(of, language) for start, of in learned.items()},
        }  # fmt: skip
