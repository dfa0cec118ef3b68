"""What the closed cards say, slot by slot, and the settings under which tests work it out anew."""

from __future__ import annotations

from dataclasses import replace
from string import Formatter

import pytest

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims import CLAIMS
from dlbasic.text import LANGUAGES
from tests.claims.runs import outcome


def check(key, settings, deciding, limit=None):
    """What stands in the slots of both parts is this, and there is a limit where one is given."""
    claim, found = CLAIMS[key], outcome(key, settings)
    assert found.limited == (limit is not None)
    for part, wanted in {"deciding": deciding, **({"limit": limit} if limit else {})}.items():
        for language in LANGUAGES:
            words = claim.deciding(found.verdict) if part == "deciding" else claim.words[part]
            slots, text = claim.slots(settings, found, language), words[language]
            names = {name for _, name, _, _ in Formatter().parse(text) if name}
            own = {name: value[language] if isinstance(value, dict) else value
                   for name, value in wanted.items()}  # fmt: skip
            assert names == own.keys()
            for name, value in own.items():
                near = value if isinstance(value, str) else pytest.approx(value, rel=1e-9, abs=0)
                assert slots[name] == near, name


def named(key):
    return {language: ACTIVATIONS[key].name[language].partition("(")[0].strip()
            for language in LANGUAGES}  # fmt: skip


def at(key, **changed):
    """The defaults with as few seeds as there may be, and what is changed."""
    return replace(CLAIMS[key].defaults, **({"seeds": 3} | changed))


def cases(*changed, only_full=()):
    """One test for each of these settings; of some, which take long, only in the full check."""

    def called(of):
        return " ".join(f"{name}={value}" for name, value in of.items()) or "defaults"

    quick = [pytest.param(of, id=called(of)) for of in changed]
    full = [pytest.param(of, id=called(of), marks=pytest.mark.full) for of in only_full]
    return pytest.mark.parametrize("changed", quick + full)
