"""What the figures of several classes and of entropy say, worked out here from the definitions.

Every text with numbers, whole: at the ends of ranges, at odd values and at other seeds.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from dlbasic.text import aligned, percent
from tests.pages.shown import filled_in, said, shown
from tests.pages.told import each, follow, settings_of, stand_at, written
from tests.plain.classes import NUMBERINGS, of_numbers, softmax

MANY, NUMBERS, ENTROPY = (f"losses/{name}" for name in ("many_classes", "class_numbers", "entropy"))


# Many classes


def many(s):
    z = np.array([s.z1, s.z2, s.z3, s.z4, s.z5, s.z6])[: s.classes]
    truth = min(s.label, s.classes) - 1
    y = np.full(s.classes, s.smoothing / s.classes)
    y[truth] += 1 - s.smoothing
    p = softmax(z)
    surprise = np.log(np.exp(z - z.max()).sum()) + z.max() - z  # -log p
    loss, floor = y @ surprise, -np.sum(y[y > 0] * np.log(y[y > 0]))
    parts = {}
    if s.label > s.classes:
        parts["label"] = {"label": s.label, "classes": s.classes}
    if s.smoothing:
        parts["caption-soft"] = {
            "smoothing": s.smoothing, "truth": truth + 1, "y": y[truth], "rest": y[truth - 1],
            "loss": loss, "floor": floor, "above": loss - floor,
        }  # fmt: skip
    else:
        parts["caption"] = {"truth": truth + 1, "p": p[truth], "loss": loss}
    if s.part == "code":
        again = softmax(p)
        chained = (np.diag(p) - np.outer(p, p)) @ (again - y)  # softmax's matrix
        parts["twice"] = {
            "loss": loss, "twice_loss": -y @ np.log(again), "gradient": p[truth] - y[truth],
            "twice_gradient": chained[truth], "floor": -np.log(np.e / (np.e + s.classes - 1)),
        }  # fmt: skip
    return parts


CODE, SIX = {"part": "code"}, {"classes": 6}


@each(
    {},
    {"z1": 10.0, "z2": -10.0},
    {**SIX, "label": 6, "z6": 10.0, "part": "formulas"},
    {**CODE, "classes": 2, "z1": 0.1, "z2": 0.3},
    {**CODE, **SIX, "label": 5, "z3": 4.4},
    {**CODE, "smoothing": 0.3},
    {"smoothing": 1.0, "classes": 2, "label": 2},
    {"smoothing": 0.05, "label": 1, **SIX, "z1": -9.9},
    {**CODE, "smoothing": 0.65, "classes": 4, "label": 6, "z4": 7.3},
    {"smoothing": 0.1, "label": 3, "z3": 10.0},
    {"label": 6},
    {**CODE, "label": 5, "classes": 2, "z2": 6.1},
    {"label": 4, "z1": -10.0, "z2": -10.0, "z3": -9.9},
    {"label": 6, "classes": 5, "smoothing": 0.45},
)
def test_many_classes(language, changed):
    told = filled_in(follow(MANY, language, changed), MANY, language)
    assert told == written(MANY, language, many(settings_of(MANY, changed)))


def test_a_loss_at_its_floor_is_no_little_below_it():
    """All scores and all labels are equal: ln 6 is the entropy and the loss."""
    changed = {**SIX, "smoothing": 1.0, **{f"z{place}": 0.3 for place in range(1, 7)}}
    told = filled_in(follow(MANY, "en", changed), MANY, "en")
    slots = {"smoothing": 1.0, "truth": 2, "y": 1 / 6, "rest": 1 / 6, "loss": np.log(6),
             "floor": np.log(6), "above": 0}  # fmt: skip
    assert told == written(MANY, "en", {"caption-soft": slots})


def test_the_code_of_many_classes_has_the_readers_smoothing():
    texts = " ".join(shown(follow(MANY, "en", {**CODE, "smoothing": 0.3}).at))
    assert "`torch.nn.CrossEntropyLoss(label_smoothing=0.3)`" in texts


# Class numbers

ROWS = {
    ("order", 3): (1, 2, 3), ("swapped", 3): (2, 1, 3), ("jumping", 3): (1, 3, 2),
    ("order", 5): (1, 2, 3, 4, 5), ("swapped", 5): (2, 1, 3, 5, 4),
    ("jumping", 5): (1, 4, 2, 5, 3),
}  # fmt: skip


def costs(s):
    """What each wrong class costs where it is given 90 %, and the others parts of the rest."""
    count = int(s.classes)
    numbers, truth = ROWS[s.numbering, count], min("abcde".index(s.truth), count - 1)
    squares = {(number - numbers[truth]) ** 2 for number in numbers} - {0}
    parts = {
        "bars": {"sure": 0.9},
        "numbering": {
            "names": ", ".join("ABCDE"[:count]), "numbers": ", ".join(map(str, numbers)),
        },
    }  # fmt: skip
    if "abcde".index(s.truth) >= count:
        parts["label"] = {"classes": count, "label": s.truth.upper(), "last": "ABCDE"[count - 1]}
    slots = {
        "truth": "ABCDE"[truth], "number": numbers[truth], "least": min(squares),
        "largest": max(squares), "one_hot": 2, "cross_entropy": -np.log(0.1 / (count - 1)),
    }  # fmt: skip
    return {**parts, "errors" if len(squares) > 1 else "errors-even": slots}


FIVE = {"classes": "5"}


@each(
    {},
    {"truth": "b"},
    {"truth": "c"},
    {"truth": "b", "numbering": "order"},
    {"truth": "a", "numbering": "swapped"},
    {"truth": "d", "numbering": "swapped"},
    {"truth": "e", "numbering": "jumping"},
    {"truth": "e", "numbering": "order"},
    {"truth": "d", "numbering": "jumping"},
    {"truth": "d", "numbering": "order"},
    {**FIVE, "truth": "c", "numbering": "order"},
    {**FIVE, "truth": "e", "numbering": "jumping"},
    {**FIVE, "truth": "d", "numbering": "swapped"},
    FIVE,
)
def test_class_numbers(language, changed):
    told = filled_in(follow(NUMBERS, language, changed), NUMBERS, language)
    assert told == written(NUMBERS, language, costs(settings_of(NUMBERS, changed)))


@each(
    ({}, 0, 0),
    ({"seed": 9999, "width": 2}, 3, 19),
    ({**FIVE, "spread": 0.2, "seed": 5}, 12, 1),
    ({**FIVE, "numbering": "swapped", "width": 32, "spread": 1.2}, 7, 7),
    ({"numbering": "order", "spread": 0.5, "seed": 1}, 1, 2),
)
def test_two_networks_that_learn(language, changed):
    changed, *epochs = changed
    s = settings_of(NUMBERS, changed)
    reader = follow(NUMBERS, language, {**changed, "part": "runs"})
    told = filled_in(stand_at(reader, *epochs), NUMBERS, language)
    numbering, slots = ROWS[s.numbering, int(s.classes)], []
    for way, epoch in zip(("number", "one_hot"), epochs, strict=True):
        loss, accuracy = of_numbers(
            numbering, way, [s.seed], width=s.width, spread=s.spread, seed=s.seed, epochs=epoch,
            dtype=np.float64,
        )  # fmt: skip
        slots.append({"epoch": epoch, "test_points": 800, "test_loss": float(loss[0]),
                      "test_accuracy": float(accuracy[0])})  # fmt: skip
    assert told == written(NUMBERS, language, {"played": slots})


ENDS = {"ko": ("{} ~ {}", "모두 {}"), "en": ("{} to {}", "{} each")}


def ends(means, language):
    """How the least and the largest may be written: float32 may judge a point or two otherwise."""
    apart, alike = ENDS[language]
    for off_low, off_high in product(range(-2, 3), repeat=2):
        low, high = percent(min(means) + off_low / 16000), percent(max(means) + off_high / 16000)
        yield alike.format(low) if low == high else apart.format(low, high)


@each(
    {},
    {"seed": 5, "width": 2},
    full=(
        {"spread": 1.2, "seed": 9999},
        {"spread": 0.2, "width": 7},
        {**FIVE, "width": 3, "seed": 2},
    ),
)
def test_the_accuracies_of_all_numberings(language, changed):
    s = settings_of(NUMBERS, changed)
    reader = follow(NUMBERS, language, {**changed, "part": "all", "run": True})
    told = said(reader, NUMBERS, "accuracies", language)
    assert (told.pop("seeds"), told.pop("epochs"), told.pop("width")) == ("20", "100", f"{s.width}")
    seeds = np.random.SeedSequence(s.seed).generate_state(20).tolist()
    for way, written_as in told.items():
        means = [
            of_numbers(
                numbering, way, seeds, width=s.width, spread=s.spread, seed=s.seed, epochs=100
            )[1].mean()
            for numbering in NUMBERINGS[int(s.classes)]
        ]
        assert written_as in set(ends(means, language))


# Entropy

UNITS = {"bit": {"ko": "비트", "en": "bits"}, "nat": {"ko": "내트", "en": "nats"}}


def shares(weights):
    total = sum(weights)
    return np.array(weights) / total if total else np.full(len(weights), 1 / len(weights))


def mean_of_logs(p, q):
    """-Σ p log q in nats: what has no chance adds nothing."""
    with np.errstate(divide="ignore"):
        return -sum(a * np.log(b) for a, b in zip(p, q, strict=True) if a)


def entropy(s, language):
    weights = {name: [getattr(s, f"{name}{place}") for place in range(1, s.outcomes + 1)]
               for name in "pq"}  # fmt: skip
    p, q = (shares(of) for of in weights.values())
    same = np.abs(p - q).max() < 1e-9
    unit = np.log(2) if s.unit == "bit" else 1.0
    own, cross = mean_of_logs(p, p) / unit, mean_of_logs(p, q) / unit
    empty = [name for name, of in weights.items() if not sum(of)]
    parts = {"empty": {"names": ", ".join(empty)}} if empty else {}
    named = {"unit": UNITS[s.unit][language]}
    if s.part == "way":
        first, least, floor = aligned(cross, own, own)
        if same:
            return {**parts, "way-caption-same": {"least": least, **named}}
        # For no q is H(p, q) less than H(p).
        slots = {"first": first, "least": least, "entropy": floor, "at": 1, **named}
        return {**parts, "way-caption": slots}
    slots = dict(zip(("entropy", "divergence", "cross"),
                     aligned(own, 0.0 if same else cross - own, cross, adding=True),
                     strict=True))  # fmt: skip
    missing = [str(place) for place, (a, b) in enumerate(zip(p, q, strict=True), 1) if a and not b]
    if missing:
        parts["caption-infinite"] = {"ruled_out": ", ".join(missing), **slots, **named}
    else:
        parts["caption"] = {**slots, **named}
    if s.part == "units":
        nats = mean_of_logs(p, p)
        parts["units"] = {"nats": nats, "bits": nats / np.log(2)}
    return parts


def each_of(p, q, **others):
    """Settings with these weights."""
    weights = {f"{name}{place}": 1.0 * weight for name, of in (("p", p), ("q", q))
               for place, weight in enumerate(of, 1)}  # fmt: skip
    return {"outcomes": len(p), **weights, **others}


WAY, IN_UNITS, NATS = {"part": "way"}, {"part": "units"}, {"unit": "nat"}


@each(
    {},
    each_of((10, 0), (0.1, 9.9), **NATS),
    each_of((3, 1, 4, 1), (2, 7, 1, 8)),
    each_of((5, 3, 2), (5, 3, 2.1)),
    each_of((1, 2), (1, 2), **NATS),
    each_of((1, 0, 2), (1, 0, 5), **IN_UNITS),
    each_of((3, 6), (0.3, 0.6)),
    each_of((0.1, 0.2, 0.7, 0.3), (1, 2, 7, 3), **NATS, **IN_UNITS),
    # What q rules out
    {"q1": 0.0},
    each_of((1, 2, 3, 4), (0, 0, 5, 0.1), **NATS),
    each_of((1, 0), (0, 1), **IN_UNITS),
    each_of((0, 0, 1), (2, 2, 0), **IN_UNITS, **NATS),
    each_of((9.9, 0.1), (10, 0)),
    # No weights
    each_of((0, 0, 0), (1, 2, 3)),
    each_of((0, 0), (0, 0), **IN_UNITS),
    each_of((1, 2, 3, 4), (0, 0, 0, 0), **NATS),
    each_of((0, 0, 0, 0), (0, 1, 2, 3), **IN_UNITS),
    each_of((0, 0), (4, 4), **WAY),
    each_of((0, 0, 0), (1, 2, 6), **WAY, **NATS),
    # The way
    WAY,
    each_of((5, 3, 2), (5, 3, 2.1), **WAY),
    each_of((1, 0), (1, 9), **WAY, **NATS),
    each_of((3, 1, 4, 1), (0, 7, 1, 8), **WAY),
    each_of((0.1, 9.9), (9.9, 0.1), **WAY, **NATS),
    each_of((5, 3, 2), (2.5, 1.5, 1), **WAY),
    each_of((3, 6), (0.3, 0.6), **WAY),
    each_of((1, 0, 0), (0.7, 0, 0), **WAY, **NATS),
    each_of((0.1, 0.2, 0.3, 0.4), (1, 2, 3, 4), **WAY, **NATS),
    # The units
    IN_UNITS,
    each_of((1, 1, 1, 1), (1, 2, 3, 4), **IN_UNITS),
    each_of((1, 1, 1), (9, 9, 0.1), **IN_UNITS, **NATS),
)
def test_entropy(language, changed):
    told = filled_in(follow(ENTROPY, language, changed), ENTROPY, language)
    assert told == written(ENTROPY, language, entropy(settings_of(ENTROPY, changed), language))


def test_a_bit_is_log_2_of_a_nat():
    """Half and half: a bit, or 0.693 nats."""
    for unit, written_as in (("bit", "1.000"), ("nat", "0.693")):
        changed = each_of((1, 1), (1, 1), unit=unit)
        (text,) = filled_in(follow(ENTROPY, "en", changed), ENTROPY, "en")["caption"]
        assert f"H(p) = {written_as}," in text
