"""The results at the default settings, as files: whole, small, and what measuring anew gives."""

from __future__ import annotations

import os
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from dlbasic import kept as writer
from dlbasic.claims import CLAIMS, Lap, Verdict, laps
from dlbasic.figures.losses.class_numbers.measure import ClassNumbers
from dlbasic.figures.training.compare.measure import BY, Compare, Race, run_race
from dlbasic.kept import DEFAULTS, main, same, work_out
from dlbasic.results import FOLDER, decoded, encoded, load, machine, made_with, path_of, save
from dlbasic.ui.kept import Kept
from tests.claims.runs import outcome
from tests.site import HOMES

ALL = pytest.mark.parametrize(
    ("steps", "settings"),
    [
        pytest.param(*default, id=(stem := path_of(*default).stem),
                     marks=pytest.mark.xdist_group(stem))
        for default in DEFAULTS
    ],
)  # fmt: skip


@ALL
def test_each_has_its_file_under_its_default_settings(steps, settings):
    of, result = load(path_of(steps, settings))
    assert of == settings and result.share_done == 1.0
    assert Kept(steps).peek(settings) is not None, "every reader finds it"
    assert {"numpy", "pandas", "python", "dlbasic", "date"} <= made_with(
        path_of(steps, settings)
    ).keys()


def test_the_files_are_those_and_small():
    files = sorted(FOLDER.glob("*.npz"))
    assert files == sorted({path_of(*default) for default in DEFAULTS})
    assert sum(file.stat().st_size for file in files) < 350 * 1024


def test_every_claim_that_takes_long_has_one_with_the_verdict_that_is_expected():
    for key, claim in CLAIMS.items():
        if claim.takes_long:
            _, lap = load(FOLDER / f"{key}.npz")
            assert lap.outcome.verdict is claim.expected, key


def test_every_figure_that_can_be_asked_for_has_one_or_is_there_at_once():
    asked = {
        figure.key
        for page in HOMES.values()
        for figure in page.figures
        if f"{figure.key}.run" in figure.params
    }
    kept = {steps.__module__.split(".")[-2] for steps, _ in DEFAULTS}
    assert asked - kept == {"microscope"}


def test_a_figure_that_compares_by_several_settings_has_a_file_for_each():
    of = [settings for steps, settings in DEFAULTS if steps is run_race]
    assert [settings.by for settings in of] == list(BY)
    assert all(settings == Compare(by=settings.by) == settings.as_measured for settings in of)
    assert len({path_of(run_race, settings) for settings in of}) == len(of)


def alike(steps, settings):
    """Whether a file has what this machine finds, as far as machines agree.

    Rounding differs between processors and libraries, and training makes much of a last bit.
    """
    path = path_of(steps, settings)
    (_, kept) = load(path)
    # A claim's outcome is measured once for all tests of it.
    now = Lap(1.0, outcome(*settings)) if steps is laps else work_out(steps, settings)
    made = made_with(path)
    if machine().items() <= made.items():
        return same(kept, now, rtol=1e-9)
    verdicts = [getattr(getattr(one, "outcome", None), "verdict", None) for one in (kept, now)]
    return verdicts[0] == verdicts[1] and type(kept) is type(now)


def test_a_file_is_what_measuring_anew_gives():
    assert alike(*next(d for d in DEFAULTS if path_of(*d).stem == "class_numbers"))


@pytest.mark.full
@ALL
def test_every_file_is_what_measuring_anew_gives(steps, settings):
    assert alike(steps, settings), "python -m dlbasic.kept"


def test_a_file_of_other_settings_or_that_fits_no_more_is_as_good_as_none(tmp_path, monkeypatch):
    path = path_of(*DEFAULTS[0])
    kept = Kept(DEFAULTS[0][0])
    assert kept.peek(Compare()) is not None and kept.peek(Compare(seed=1)) is None
    spoilt = tmp_path / "spoilt.npz"
    for bytes_of in (b"", b"PK nonsense", path.read_bytes()[:-4000]):
        spoilt.write_bytes(bytes_of)
        assert load(spoilt) is None
    assert load(tmp_path / "missing.npz") is None
    race = load(path)[1]
    save(spoilt, Compare(), race, {})
    assert load(spoilt) is not None
    # A setting that there is no longer, a value that is allowed no longer, a class that has gone.
    for old, new in (('"target"', '"aim"'), ('"seeds":24', '"seeds":-24'), (":Race", ":Gone")):
        with np.load(path) as file:
            said, arrays = str(file["said"]), {n: file[n] for n in file.files if n != "said"}
        assert old in said
        np.savez(spoilt, said=np.array(said.replace(old, new)), **arrays)
        assert load(spoilt) is None, new


def test_nothing_but_this_packages_classes_is_made_from_a_file():
    with pytest.raises(ImportError):
        decoded({"class": "subprocess:Popen", "fields": {"args": "true"}}, {})
    with pytest.raises(TypeError):
        encoded(object(), {})


def test_a_value_comes_back_as_it_went():
    race = Race.begin(Compare(seed=3, by="losses"))
    race.note(0, np.full((61, 24), 0.9), np.full(24, 0.9))
    frame = pd.DataFrame({"series": ["a", "b"], "x": [1, 2], "y": [0.1, np.inf]})
    value = {"race": race, "frame": frame, "verdict": Verdict.HOLDS, "some": [(1, 0.1), None, True],
             "one": np.float32(0.5)}  # fmt: skip
    arrays = {}
    back = decoded(encoded(value, arrays), arrays)
    assert same(value, back) and all(
        same(getattr(race, field.name), getattr(back["race"], field.name)) for field in fields(race)
    )
    assert isinstance(back["race"], Race) and back["race"].settings == race.settings
    pd.testing.assert_frame_equal(back["frame"], frame)


@pytest.mark.parametrize(
    "other",
    [
        {"x": 1.0 + 1e-7, "a": np.ones(2)}, {"x": 1.0, "a": np.ones(3)}, {"x": 1.0},
        {"x": 1.0, "a": np.array([1.0, 1.0 + 1e-7])}, {"x": 1.0, "a": np.array([1.0, np.nan])},
        {"x": 1, "a": np.ones(2)}, {"x": 1.0, "a": np.ones(2, np.float32)},
    ],
)  # fmt: skip
def test_what_differs_is_not_the_same(other):
    one = {"x": 1.0, "a": np.ones(2)}
    assert same(one, {"x": 1.0 + 1e-12, "a": np.ones(2) - 1e-12}, rtol=1e-9)
    assert not same(one, other, rtol=1e-9)


def test_the_command_writes_what_has_changed_and_nothing_else(tmp_path, monkeypatch, capsys):
    default = next(d for d in DEFAULTS if path_of(*d).stem == "class_numbers")
    monkeypatch.setattr(writer, "DEFAULTS", (default,))
    monkeypatch.setattr(writer, "path_of", lambda *_: tmp_path / "class_numbers.npz")
    main()
    assert capsys.readouterr().out.startswith("class_numbers.npz")
    main()
    assert capsys.readouterr().out == ""
    of, result = load(tmp_path / "class_numbers.npz")
    save(tmp_path / "class_numbers.npz", of, replace(result, found=result.found[:-1]), {})
    main()
    assert capsys.readouterr().out.startswith("class_numbers.npz")
    assert load(tmp_path / "class_numbers.npz")[0] == ClassNumbers().tried
    assert os.listdir(tmp_path) == ["class_numbers.npz"]
