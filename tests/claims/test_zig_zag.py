"""The claim of the zig-zag: where its verdict turns, and that longer is not slower."""

from dataclasses import replace

import pytest

from dlbasic.claims import CLAIMS, Verdict
from dlbasic.claims.sigmoid.zig_zag import ZigZag
from dlbasic.measures.two_weights import POINTS, TOGETHER, ZIGZAG
from dlbasic.text import LANGUAGES
from tests.claims.runs import outcome

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.xdist_group("zig-zag")]


def verdict(**settings):
    return CLAIMS["zig-zag"].run(replace(ZigZag(seeds=5), **settings)).verdict


def test_the_verdict_turns_with_batch_target_and_inputs():
    holds, depends = Verdict.HOLDS, Verdict.CONDITIONAL
    assert [verdict(batch=b) for b in (1.0, 2.0, 8.0)] == [holds] * 3
    assert [verdict(batch=b) for b in (16.0, 32.0)] == [depends] * 2
    assert [verdict(direction=d) for d in (-90, 15, TOGETHER)] == [holds, holds, depends]
    assert verdict(inputs="centred") is Verdict.CONTRADICTED
    assert verdict(inputs="centred", batch=float(POINTS)) is Verdict.CONTRADICTED


def test_the_rate_does_not_decide():
    for lr in (0.1, 0.5, 1.0):
        assert verdict(lr=lr) is Verdict.HOLDS
        assert verdict(lr=lr, inputs="centred") is Verdict.CONTRADICTED


def test_at_the_same_rate_a_zigzag_is_longer_not_slower():
    measured = outcome("zig-zag", CLAIMS["zig-zag"].defaults).measured
    assert measured["steps_positive"] == pytest.approx(measured["steps_centred"], rel=0.1)
    assert measured["fastest_positive"] > 2 * measured["fastest_centred"]
    assert measured["together_positive"] == 1.0 and measured["arrived"] == 1.0


def test_the_limit_is_the_first_batch_size_without_a_zigzag():
    found = outcome("zig-zag", CLAIMS["zig-zag"].defaults)
    rows = found.frame[found.frame["series"] == "positive"].set_index("batch")["detour"]
    assert found.limited
    assert found.measured["limit_batch"] == rows[rows < ZIGZAG].index[0] == 16.0
    assert found.measured["limit_detour"] == rows[16.0] < ZIGZAG <= rows[8.0]
    beyond = CLAIMS["zig-zag"].run(ZigZag(batch=16.0))
    assert beyond.verdict is Verdict.CONDITIONAL and not beyond.limited
    assert beyond.measured["detour"] == found.measured["limit_detour"]


def test_the_closed_card_names_the_learning_rate():
    settings = CLAIMS["zig-zag"].defaults
    for rate in (0.2, 0.5):
        chosen = replace(settings, lr=rate)
        found = CLAIMS["zig-zag"].run(chosen)
        for language in LANGUAGES:
            slots = CLAIMS["zig-zag"].slots(chosen, found, language)
            assert f" {rate}" in CLAIMS["zig-zag"].words["deciding"].fill(language, slots)


def test_a_batch_size_between_the_ticks_has_its_row():
    found = CLAIMS["zig-zag"].run(ZigZag(batch=100.0, seeds=2))
    assert 100.0 in set(found.frame["batch"])
