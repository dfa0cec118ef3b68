"""Entropy, cross-entropy and divergence: against mpmath, by hand, laws, limits and errors."""

from __future__ import annotations

import math
import re
import warnings

import numpy as np
import pytest

from dlbasic.entropy import cross_entropy, entropy, kl_divergence
from dlbasic.losses import CrossEntropy
from dlbasic.softmax import log_softmax, softmax

INF, NAN = math.inf, math.nan
SMALLEST_NORMAL = 2.0**-1022
OF_TWO = pytest.mark.parametrize("of", [cross_entropy, kl_divergence])


def dyadic(rng, classes: int, bits: int = 50) -> np.ndarray:
    """A distribution whose sum is 1 without any rounding."""
    whole = 2**bits
    cuts = np.sort(rng.integers(0, whole + 1, size=classes - 1))
    return np.diff([0, *cuts, whole]) / whole


def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(5)
    made = [(dyadic(rng, n), dyadic(rng, n)) for n in (2, 2, 3, 5, 10, 200)]
    shares = np.arange(8, 64, 8) / 64
    made += [(np.array([a, 1 - a]), np.array([b, 1 - b])) for a in shares for b in shares]
    for step in range(1, 50, 4):  # ever nearer to each other
        p = dyadic(rng, 4, 20)
        q = p + np.array([1.0, -1.0, 0.0, 0.0]) * 2.0**-step
        made += [(p, q), (q, p)] if (q >= 0).all() else []
    certain = [1.0, 0.0, 0.0]
    for tiny in (2.0**-10, 2.0**-40, 2.0**-53):
        nearly = [1.0 - tiny, tiny, 0.0]
        made += [(np.array(certain), np.array(nearly)), (np.array(nearly), np.array([0.5, 0.5, 0]))]
    # Not their sums but their sizes: shares that round to nothing beside 1.
    for small, other in ((1e-300, 3e-300), (1e-310, 0.25), (0.25, 1e-310), (1e-20, 1e-20)):
        made.append((np.array([1.0 - small, small]), np.array([1.0 - other, other])))
    return made


# Numbers


def test_all_three_are_right_to_the_last_digits():
    mpmath = pytest.importorskip("mpmath", reason="the reference values need mpmath")
    mp, worst = mpmath.mp, {}
    with mp.workdps(400):
        for p, q in pairs():
            exact = [(mp.mpf(a), mp.mpf(b)) for a, b in zip(p.tolist(), q.tolist(), strict=True)]
            ruled_out = any(a > 0 and b == 0 for a, b in exact)
            log = mp.log
            # Where the sums are 1, as almost everywhere here, what is added to KL is 0.
            true = {
                "H(p)": -mp.fsum(a * log(a) for a, _ in exact if a),
                "H(p, q)": INF if ruled_out else -mp.fsum(a * log(b) for a, b in exact if a),
                "KL": INF if ruled_out
                else mp.fsum((a * log(a / b) if a else 0) - a + b for a, b in exact),
            }  # fmt: skip
            found = (entropy(p), cross_entropy(p, q), kl_divergence(p, q))
            for (name, value), got in zip(true.items(), map(float, found), strict=True):
                if value < SMALLEST_NORMAL or value == INF:
                    assert got == pytest.approx(float(value), rel=0.0, abs=1e-323), (p, q, name)
                    continue
                error = float(abs(got - value) / value)
                worst[name] = max(worst.get(name, 0.0), error)
                assert error < 1e-15, (p, q, name, got, value)
    print("worst relative errors", worst)


def test_values_by_hand():
    for n in (1, 2, 3, 10, 1000):
        uniform = np.full(n, 1 / n)
        assert float(entropy(uniform)) == pytest.approx(math.log(n), rel=1e-15)
        assert float(entropy(uniform, base=2)) == pytest.approx(math.log2(n), rel=1e-15)
        assert float(entropy(np.eye(n)[0])) == 0.0
        # Against a uniform guess a certain answer costs log n.
        assert float(cross_entropy(np.eye(n)[0], uniform)) == pytest.approx(math.log(n), rel=1e-15)
        assert float(kl_divergence(np.eye(n)[0], uniform)) == pytest.approx(math.log(n), rel=1e-15)
    assert float(entropy([0.5, 0.25, 0.125, 0.125], base=2)) == 1.75
    assert float(cross_entropy([0.25, 0.75], [0.5, 0.5], base=2)) == 1.0
    p, q = [0.75, 0.25], [0.5, 0.5]
    assert float(kl_divergence(p, q)) == pytest.approx(0.75 * math.log(1.5) - 0.25 * math.log(2))
    assert float(kl_divergence(q, p)) == pytest.approx(0.5 * math.log(4 / 3), rel=1e-14)


def test_shannons_language_of_four_letters():
    """Shannon (1948), section 7: probabilities 1/2, 1/4, 1/8, 1/8 give 7/4 bits a symbol."""
    assert float(entropy([1 / 2, 1 / 4, 1 / 8, 1 / 8], base=2)) == 7 / 4


# Laws


def test_cross_entropy_is_entropy_and_divergence():
    for p, q in pairs():
        total = entropy(p) + kl_divergence(p, q)
        np.testing.assert_allclose(cross_entropy(p, q), total, rtol=4e-16, atol=1e-16)


def test_no_guess_is_better_than_the_truth():
    rng = np.random.default_rng(9)
    for n in (2, 3, 6):
        p = rng.dirichlet(np.ones(n))
        others = rng.dirichlet(np.ones(n), 500)
        truths = np.broadcast_to(p, others.shape)
        assert (cross_entropy(truths, others) > entropy(p)).all()
        assert (kl_divergence(truths, others) > 0).all()
        assert float(kl_divergence(p, p)) == 0.0 and cross_entropy(p, p) == entropy(p)
        # However little it is off, as long as the guess is another one.
        for step in (1e-3, 1e-6, 1e-9, 1e-12):
            moved = p.copy()
            moved[:2] += [step, -step]
            expected = step**2 / 2 * (1 / p[0] + 1 / p[1])
            assert float(kl_divergence(p, moved)) == pytest.approx(expected, rel=30 * step + 1e-3)


def test_the_order_of_the_classes_does_not_matter():
    rng = np.random.default_rng(11)
    for p, q in pairs():
        order = rng.permutation(len(p))
        for got, expected in [
            (entropy(p[order]), entropy(p)),
            (cross_entropy(p[order], q[order]), cross_entropy(p, q)),
            (kl_divergence(p[order], q[order]), kl_divergence(p, q)),
        ]:
            np.testing.assert_allclose(got, expected, rtol=1e-15)


def test_independent_draws_add_up():
    rng = np.random.default_rng(13)
    (a, b), (c, d) = ((rng.dirichlet(np.ones(n)) for _ in "pq") for n in (3, 4))
    p, q = np.outer(a, c).ravel(), np.outer(b, d).ravel()
    assert float(entropy(p)) == pytest.approx(float(entropy(a) + entropy(c)), rel=1e-14)
    total = float(kl_divergence(a, b) + kl_divergence(c, d))
    assert float(kl_divergence(p, q)) == pytest.approx(total, rel=1e-13)


def test_units_are_a_factor_apart():
    p, q = pairs()[3]
    for of in (lambda **base: entropy(p, **base), lambda **base: cross_entropy(p, q, **base),
               lambda **base: kl_divergence(p, q, **base)):  # fmt: skip
        assert float(of(base=2)) == pytest.approx(float(of()) / math.log(2), rel=1e-15)
        assert float(of(base=10)) == pytest.approx(float(of()) / math.log(10), rel=1e-15)
        assert of(base=math.e) == of()


def test_the_loss_of_scores_is_the_cross_entropy_of_their_shares():
    rng, loss = np.random.default_rng(15), CrossEntropy()
    z, p = rng.normal(size=(20, 4)) * 3, rng.dirichlet(np.ones(4), 20)
    q = softmax(z)
    np.testing.assert_allclose(loss(z, p), cross_entropy(p, q), rtol=1e-14)
    # With soft labels it does not fall below their entropy, and gets there at the scores log p.
    np.testing.assert_allclose(loss(log_softmax(np.log(p)), p), entropy(p), rtol=1e-14)
    assert (loss(z, p) > entropy(p)).all()


# Shapes, types, limits


def test_what_has_no_chance_counts_for_nothing():
    assert float(entropy([0.0, 1.0, 0.0])) == float(cross_entropy([0.0, 1.0], [0.0, 1.0])) == 0.0
    assert float(cross_entropy([0.0, 1.0], [0.5, 0.5])) == pytest.approx(math.log(2), rel=1e-15)
    for of in (cross_entropy, kl_divergence):
        assert float(of([1e-300, 1.0], [0.0, 1.0])) == INF
        assert float(of([0.5, 0.5], [1.0, 0.0])) == INF
        assert float(of([0.5, 0.5], [1.0, 1e-320])) == pytest.approx(
            0.5 * 320 * math.log(10) - (of is kl_divergence) * math.log(2), rel=1e-4
        )


def test_nothing_is_negative_within_the_tolerance_of_the_sum():
    off = [[1.0 + 9e-7, 0.0], [0.5, 0.5 + 9e-7], [1.0, 9e-7], [0.5, 0.5 - 9e-7]]
    assert (entropy(off) >= 0).all()
    for q in off:
        others = np.broadcast_to(q, (4, 2))
        assert (cross_entropy(off, others) >= 0).all() and (kl_divergence(off, others) >= 0).all()


def test_shapes_types_and_warnings():
    rng = np.random.default_rng(17)
    for shape in [(3,), (2, 3), (4, 2, 3), (0, 3), (5, 1)]:
        p, q = (rng.dirichlet(np.ones(shape[-1]), shape[:-1]) for _ in "pq")
        p.flags.writeable = q.flags.writeable = False
        with np.errstate(all="raise"), warnings.catch_warnings():
            warnings.simplefilter("error")
            for got in (entropy(p), cross_entropy(p, q), kl_divergence(p, q)):
                assert got.shape == shape[:-1] and got.dtype == np.float64
    narrow = np.float32([0.25, 0.75])
    assert entropy(narrow).dtype == kl_divergence(narrow, narrow[::-1]).dtype == np.float32
    assert float(entropy(narrow)) == np.float32(entropy([0.25, 0.75]))
    assert cross_entropy(narrow, [0.5, 0.5]).dtype == np.float64
    assert entropy([0, 1]).dtype == np.float64
    with np.errstate(all="raise"):
        assert float(kl_divergence([0.5, 0.5, 0.0], [0.0, 0.5, 0.5])) == INF


# Errors


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([0.5, 0.25], "a distribution in {} must sum to 1, not to 0.75"),
        ([1.0, 2e-6], "a distribution in {} must sum to 1, not to 1.000002"),
        ([1.5, -0.5], "a distribution in {} must not be negative, but has -0.5"),
        ([NAN, 1.0], "a distribution in {} must not be negative, but has nan"),
        ([INF, 0.0], "a distribution in {} must sum to 1, not to inf"),
    ],
)
def test_what_is_no_distribution_is_refused_by_its_name(wrong, said):
    right = [[0.5, 0.5], [0.5, 0.5]]
    rows = [[1.0, 0.0], wrong]
    with pytest.raises(ValueError, match=re.escape(said.format("p"))):
        entropy(rows)
    for of in (cross_entropy, kl_divergence):
        with pytest.raises(ValueError, match=re.escape(said.format("p"))):
            of(rows, right)
        with pytest.raises(ValueError, match=re.escape(said.format("q"))):
            of(right, rows)


@OF_TWO
def test_shapes_that_differ_are_refused(of):
    for p, q in [((2,), (1, 2)), ((2, 2), (2,)), ((2,), (3,)), ((1, 2), (2, 2))]:
        said = re.escape(f"p and q must have one shape, not {p} and {q}")
        with pytest.raises(ValueError, match=said):
            of(np.full(p, 1 / p[-1]), np.full(q, 1 / q[-1]))


def test_arrays_without_classes_are_refused():
    for shape in ((), (0,), (3, 0)):
        said = re.escape(f"p must have a last axis of classes, not shape {shape}")
        for call in (lambda a: entropy(a), lambda a: kl_divergence(a, a)):
            with pytest.raises(ValueError, match=said):
                call(np.ones(shape))


@pytest.mark.parametrize("base", [1.0, 0.5, 0.0, -2.0, INF, NAN, "2", True, None])
def test_bases_that_are_none_are_refused(base):
    for of in (lambda: entropy([1.0], base=base), lambda: cross_entropy([1.0], [1.0], base=base),
               lambda: kl_divergence([1.0], [1.0], base=base)):  # fmt: skip
        with pytest.raises(ValueError, match="base must be a finite number above 1, not"):
            of()


@OF_TWO
def test_what_is_not_a_real_number_is_refused(of):
    for wrong in ([1j, 0], ["a", "b"], [None, 1]):
        with pytest.raises(TypeError, match="real numbers"):
            entropy(wrong)
        with pytest.raises(TypeError, match="real numbers"):
            of([0.5, 0.5], wrong)
