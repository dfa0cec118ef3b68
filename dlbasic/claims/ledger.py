"""The ledger: every sentence's verdict and numbers at its own settings, kept in ``ledger.json``.

``python -m dlbasic.claims --write`` measures and writes it; a page shows it without measuring.  It
has no text: the words of each claim are filled from its numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dlbasic.claims import CLAIMS, Claim, Outcome, Verdict
from dlbasic.params import declared
from dlbasic.results import made_here

FILE = Path(__file__).with_name("ledger.json")


@dataclass(frozen=True)
class Ledger:
    """Outcomes by the keys of their claims, without their frames, and what they were made with."""

    outcomes: Mapping[str, Outcome]
    made: Mapping[str, str]


def seeded(claim: Claim[Any], seed: int | None) -> Any:
    """The settings of the verdict; with another seed where one is given and chance plays.

    >>> seeded(CLAIMS["elu"], 7).seed, seeded(CLAIMS["mish"], 7) == CLAIMS["mish"].defaults
    (7, True)
    """
    if seed is None or "seed" not in declared(claim.defaults):
        return claim.defaults
    return replace(claim.defaults, seed=seed)


def measure(key: str, seed: int | None = None) -> Outcome:
    """The outcome of a claim without its frame."""
    claim = CLAIMS[key]
    return replace(claim.run(seeded(claim, seed)), frame=pd.DataFrame())


def as_data(outcomes: Mapping[str, Outcome], seed: int | None = None) -> dict[str, Any]:
    """Outcomes as JSON has them: verdict, settings as in a link, numbers, and what made them."""
    claims = {}
    for key, outcome in outcomes.items():
        settings = seeded(CLAIMS[key], seed)
        claims[key] = {
            "verdict": outcome.verdict.value,
            "limited": outcome.limited,
            "settings": {
                name: param.write(getattr(settings, name))
                for name, param in declared(settings).items()
            },
            "measured": dict(outcome.measured),
        }
    return {"made": made_here(), "claims": claims}


def as_text(data: Mapping[str, Any]) -> str:
    """Data as JSON, a line for each number."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write(data: Mapping[str, Any]) -> bool:
    """Write the file, unless it says so already; whether it was written."""
    if FILE.exists() and json.loads(FILE.read_text("utf-8"))["claims"] == data["claims"]:
        return False
    FILE.write_text(as_text(data), "utf-8")
    return True


@cache
def ledger() -> Ledger:
    """What the file says."""
    data = json.loads(FILE.read_text("utf-8"))
    return Ledger(
        {
            key: Outcome(pd.DataFrame(), of["measured"], Verdict(of["verdict"]), of["limited"])
            for key, of in data["claims"].items()
        },
        data["made"],
    )
