"""The ledger's file says what is measured, and the command that writes it keeps its word."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dlbasic.claims import CLAIMS, HEADINGS, SAID, Verdict, __main__, ledger
from dlbasic.kept import same
from dlbasic.params import declared
from dlbasic.results import machine
from dlbasic.text import LANGUAGES
from tests.claims.runs import every_claim, outcome

ROOT = Path(__file__).parents[2]
DATA = json.loads(ledger.FILE.read_text("utf-8"))
AGAIN = "python -m dlbasic.claims --write"


def command(*arguments):
    """The command's exit code, what it printed, and what it said beside it."""
    done = subprocess.run(
        [sys.executable, "-m", "dlbasic.claims", *arguments],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


# The file


@every_claim
def test_the_file_says_what_measuring_anew_gives(claim):
    """Its verdict anywhere; its numbers where the machine is the same, to the last places."""
    of, found = DATA["claims"][claim.key], outcome(claim.key, claim.defaults)
    assert (of["verdict"], of["limited"]) == (found.verdict.value, found.limited), AGAIN
    assert of["measured"].keys() == found.measured.keys(), AGAIN
    if machine().items() <= DATA["made"].items():
        assert same(of["measured"], dict(found.measured), rtol=1e-6), AGAIN


@every_claim
def test_the_file_is_of_the_settings_of_the_verdict(claim):
    for name, param in declared(claim.defaults).items():
        said = DATA["claims"][claim.key]["settings"][name]
        assert param.read(said) == (getattr(claim.defaults, name), True), AGAIN


def test_the_file_has_all_sentences_in_the_articles_order_and_what_made_it():
    in_order = [key for _, keys in HEADINGS for key in keys]
    assert list(DATA["claims"]) == in_order == list(CLAIMS) and len(in_order) == 29
    assert {"python", "numpy", "pandas", "date"} <= DATA["made"].keys()
    assert all(DATA["claims"][key]["verdict"] == CLAIMS[key].expected.value for key in CLAIMS)
    assert ledger.FILE.read_text("utf-8") == ledger.as_text(DATA)


@every_claim
def test_the_words_are_filled_from_the_file(claim):
    found = ledger.ledger().outcomes[claim.key]
    for language in LANGUAGES:
        brief = claim.brief(claim.defaults, found, language)
        assert brief == claim.brief(
            claim.defaults, replace(found, frame=outcome(claim.key, claim.defaults).frame), language
        )
        assert all(said.strip() and "{" not in said for said in brief.values())
        assert ("limit" in brief) == found.limited and ("slip" in brief) == ("slip" in claim.words)


def test_every_verdict_is_said_in_words_of_its_own():
    assert {verdict.value for verdict in Verdict} | {"limited"} == SAID.keys()


# The command


@pytest.mark.parametrize(
    ("language", "heading", "chip"),
    [
        ("ko", "그 외의 활성화 함수", "✗ 틀림"),
        ("en", "Other activation functions", "✗ contradicted"),
    ],
)
def test_the_command_prints_the_ledger_in_either_language(language, heading, chip):
    code, printed, said = command("--only", "mish,mse-cancel", "--lang", language)
    assert code == 0
    claim, found = CLAIMS["mish"], ledger.ledger().outcomes["mish"]
    deciding = claim.brief(claim.defaults, found, language)["deciding"]
    as_one_line = " ".join(printed.split())
    for told in (f"== {heading}", f"{chip} (mish)", claim.sentence[language], deciding):
        assert " ".join(told.replace("\u2060", "").split()) in as_one_line
    assert printed.index("(mish)") < printed.index("(mse-cancel)")
    counts = [SAID["holds"][language] + " 0", SAID["limited"][language] + " 1", f"{chip} 1"]
    assert all(count in printed.splitlines()[-1] for count in counts)
    bars = said.split("\n")[1:-1]  # each over the one before
    assert bars == [f"[{'#' * full:.<30}] {done}/2" for done, full in enumerate((0, 15, 30))]


def test_the_command_prints_data_under_another_seed():
    code, printed, _ = command("--only", "mse-penalty,mish", "--json", "--seed", "7")
    assert code == 0
    data = json.loads(printed)["claims"]
    assert list(data) == ["mish", "mse-penalty"]
    settings = replace(CLAIMS["mse-penalty"].defaults, seed=7)
    found = outcome("mse-penalty", settings)
    assert data["mse-penalty"]["settings"]["seed"] == "7"
    assert data["mse-penalty"]["measured"] == found.measured
    assert data["mse-penalty"]["measured"] != DATA["claims"]["mse-penalty"]["measured"]
    assert data["mish"] == DATA["claims"]["mish"] or not machine().items() <= DATA["made"].items()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "mish,nope"], "no claim is named 'nope'; there are nonlinearity, "),
        (["--only", ""], "no claim is named ''"),
        (["--seed", "-1"], "a seed is a whole number from 0 on, not '-1'"),
        (["--lang", "fr"], "invalid choice: 'fr'"),
        (["--write", "--only", "mish"], "--write takes all claims at their own settings"),
        (["--write", "--seed", "0"], "--write takes all claims at their own settings"),
    ],
)
def test_what_it_cannot_do_it_says(arguments, told, capsys):
    with pytest.raises(SystemExit) as ended:
        __main__.main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """The command with the file's outcomes, which measures and overwrites nothing."""
    found = dict(ledger.ledger().outcomes)
    monkeypatch.setattr(__main__, "_measured", lambda keys, seed: {key: found[key] for key in keys})
    monkeypatch.setattr(ledger, "FILE", tmp_path / "ledger.json")
    return found


def test_a_verdict_that_is_not_the_expected_one_is_named_and_not_written(measured, capsys):
    measured["gelu"] = replace(measured["gelu"], verdict=Verdict.CONTRADICTED)
    assert __main__.main(["--write"]) == 1
    told = capsys.readouterr().err
    assert told == "gelu: the verdict is contradicted, expected was holds\n"
    assert not ledger.FILE.exists()
    assert __main__.main(["--only", "mish"]) == 0


def test_the_file_is_written_where_something_has_changed(measured, capsys):
    assert __main__.main(["--write"]) == 0 and "written" in capsys.readouterr().err
    assert json.loads(ledger.FILE.read_text("utf-8"))["claims"] == DATA["claims"]
    before = ledger.FILE.stat().st_mtime_ns
    assert __main__.main(["--write"]) == 0 and "as it was" in capsys.readouterr().err
    assert ledger.FILE.stat().st_mtime_ns == before


def test_ctrl_c_ends_it_without_a_traceback(monkeypatch, capsys):
    def stopped(keys, seed):
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "_measured", stopped)
    assert __main__.main([]) == __main__.STOPPED
    assert capsys.readouterr().err.strip() == "Stopped."
