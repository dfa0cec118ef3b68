"""What a page is made of: its figures, their settings, words and claims, and its headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest

import dlbasic.figures
from dlbasic.activations import ACTIVATIONS, ELU
from dlbasic.claims import CLAIMS
from dlbasic.figures import PAGES
from dlbasic.params import Declared, Flag, Integer, Place, declared, parameter
from dlbasic.text import LANGUAGES, Text, both
from dlbasic.ui import Figure, Page
from dlbasic.ui.page import EVERYWHERE
from dlbasic.words import Words
from tests.site import FIGURES, HOMES

ROOT = Path(dlbasic.figures.__file__).parent
FOLDERS = sorted(path.parent for path in ROOT.glob("*/*/show.py"))
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=list(PAGES))
each_figure = pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
each_folder = pytest.mark.parametrize(
    "folder", FOLDERS, ids=[folder.relative_to(ROOT).as_posix() for folder in FOLDERS]
)

LABEL = both("n")


@dataclass(frozen=True)
class Shared(Declared):
    data: int = parameter(Integer(LABEL, 1, low=0, high=9))


@dataclass(frozen=True)
class One(Shared):
    depth: int = parameter(Integer(LABEL, 2, low=0, high=9))


@dataclass(frozen=True)
class Two(Declared):
    run: bool = parameter(Flag(LABEL))


@dataclass(frozen=True)
class Played(Declared):
    any: int = parameter(Place(LABEL, 0, low=0, high=9))
    deep: int = parameter(Place(LABEL, 0, low=0, high=9, of=("depth",)))


def figure(key, *settings, **more):
    return Figure(key, both(key), settings, lambda panel: None, Words(__file__), **more)


def page(*figures, **more):
    return Page("there", both("There"), figures, Words(__file__), **more)


# The rules, on a page made up


def test_a_figures_controls_are_named_by_it_and_what_it_shares_is_not():
    one = figure("deep", One, Two, shared=(Shared, ELU))
    assert dict(one.params) == {
        "data": declared(Shared)["data"],
        "elu.alpha": declared(ELU)["alpha"],
        "deep.depth": declared(One)["depth"],
        "deep.run": declared(Two)["run"],
    }
    assert set(figure("deep", One).params) == {"deep.data", "deep.depth"}
    assert dict(figure("bare").params) == {}


def test_what_is_prepared_takes_the_place_of_a_default():
    prepared = figure("deep", One, prepared={"depth": 5})
    assert prepared.params["deep.depth"] == replace(declared(One)["depth"], default=5)
    assert figure("deep", One).params["deep.depth"].default == 2
    with pytest.raises(ValueError, match="depth must be"):
        assert figure("deep", One, prepared={"depth": 10}).params
    with pytest.raises(KeyError):  # what is shared cannot be prepared for one figure alone
        assert figure("deep", One, shared=(Shared,), prepared={"data": 3}).params


def test_two_settings_of_one_name_are_refused():
    with pytest.raises(ValueError, match="figure deep are named data"):
        assert figure("deep", One, Shared).params
    assert set(figure("deep", One, Shared, shared=(Shared,)).params) == {"data", "deep.depth"}


def test_a_pages_controls_are_its_figures_with_their_claims():
    quick = next(key for key in CLAIMS if not CLAIMS[key].takes_long)
    slow = next(key for key in CLAIMS if CLAIMS[key].takes_long)
    deep, flat = figure("deep", One, shared=(Shared,)), figure("flat", Two, claims=(quick,))
    own = {"fig", "data", "deep.depth", "flat.run", f"claim.{quick}.open", *EVERYWHERE}
    settings = {f"claim.{quick}.{name}" for name in declared(CLAIMS[quick].defaults)}
    assert set(page(deep, flat).params) == own | settings
    assert set(flat.controls) == {"flat.run", f"claim.{quick}.open"} | settings
    # What takes long can be asked for.
    of_slow = {f"claim.{slow}.{name}" for name in declared(CLAIMS[slow].defaults)}
    assert set(page(deep, replace(flat, claims=(slow, quick))).params) == (
        own | settings | of_slow | {f"claim.{slow}.open", f"claim.{slow}.run"}
    )


def test_a_page_shows_the_figure_that_has_a_control():
    (first, second), slow = list(CLAIMS)[:2], next(key for key in CLAIMS if CLAIMS[key].takes_long)
    there = page(figure("deep", One, shared=(Shared,), claims=(first,)),
                 figure("flat", One, Two, shared=(Shared,), claims=(second, slow)))  # fmt: skip
    assert there.figure("flat") is there.figures[1]
    assert there.params["fig"].default == "deep"
    assert list(there.params["fig"].options) == ["deep", "flat"]
    shown = {name: there.shows(name) for name in (
        "data", "deep.depth", "flat.depth", "flat.run", f"claim.{second}.open", "fig", "nothing",
    )}  # fmt: skip
    assert shown == {
        "data": "deep", "deep.depth": "deep", "flat.depth": "flat", "flat.run": "flat",
        f"claim.{second}.open": "flat", "fig": None, "nothing": None,
    }  # fmt: skip
    # A page that shows all of its figures has none to choose.
    assert "fig" not in page(*there.figures, numbered=False).params


def test_headings_are_numbered_as_they_follow():
    three = [replace(figure(key), name=Text(ko=f"{key} 그림", en=key)) for key in "cab"]
    headings = [page(*three).heading(one) for one in three]
    assert [words.en for words in headings] == ["Figure 1. c", "Figure 2. a", "Figure 3. b"]
    assert [words.ko for words in headings] == [
        "그림 1. c 그림",
        "그림 2. a 그림",
        "그림 3. b 그림",
    ]
    assert page(*three, numbered=False).heading(three[0]).en == "c"
    step = page(*three, lesson=True).heading(three[1])
    assert (step.en, step.ko) == ("Step 2. a", "2단계. a 그림")


def test_a_place_in_a_run_goes_with_the_settings_of_the_run():
    """With all of its figure's, but for places, where it names none."""
    assert figure("deep", One).places == {}
    played = figure("deep", One, Played, shared=(Shared,))
    assert played.places == {"deep.any": {"data", "deep.depth"}, "deep.deep": {"deep.depth"}}


# The pages that there are


@each_page
def test_the_controls_are_the_sum_of_what_the_figures_and_claims_declare(page):
    names = [name for figure in page.figures for name in figure.params]
    claims = [key for figure in page.figures for key in figure.claims]
    for key in claims:
        names += [f"claim.{key}.{name}" for name in ("open", *declared(CLAIMS[key].defaults))]
        names += [f"claim.{key}.run"] if CLAIMS[key].takes_long else []
    if page.numbered:
        names.append("fig")
    assert set(page.params) == {*names, *EVERYWHERE}
    for figure in page.figures:
        declared_ones = {id(param) for kind in (*figure.settings, *figure.shared)
                         for param in declared(kind).values()}  # fmt: skip
        whole = replace(figure, prepared={})
        assert {id(param) for param in whole.params.values()} == declared_ones
        assert whole.params.keys() == figure.params.keys()
        assert all(page.params[name] is param for name, param in figure.params.items())


@each_page
def test_no_two_figures_declare_one_name_but_for_what_they_share(page):
    by_name = {}
    for figure in page.figures:
        for name in figure.params:
            by_name.setdefault(name, []).append(figure)
    for name, figures in by_name.items():
        if len(figures) > 1:
            assert len({id(figure.params[name]) for figure in figures}) == 1, name
            assert not any(name.startswith(f"{figure.key}.") for figure in page.figures), name


@each_figure
def test_no_setting_is_declared_twice_in_a_figure(figure):
    names = [name for kind in figure.settings for name in declared(kind)]
    assert len(set(names)) == len(names)
    # What no link says is no setting of a control: a reader's own points; what others say.
    assert all({field.name for field in fields(kind)} - {"own", "changed"} == set(declared(kind))
               for kind in figure.settings)  # fmt: skip


@each_page
def test_no_figure_is_named_as_a_function_or_the_claims(page):
    """Their names begin those of other controls."""
    keys = [figure.key for figure in page.figures]
    assert len(set(keys)) == len(keys)
    assert not {*ACTIVATIONS, "claim", "claims", "lang", "fig"} & set(keys)


def test_every_claim_is_shown_by_one_figure():
    shown = [key for figure in FIGURES.values() for key in figure.claims]
    assert sorted(shown) == sorted(CLAIMS)


@each_figure
def test_a_figures_claims_stand_in_the_articles_order(figure):
    assert list(figure.claims) == [key for key in CLAIMS if key in figure.claims]


def test_keys_are_the_folders_names():
    assert {key: page.key for key, page in PAGES.items()} == {key: key for key in PAGES}
    folders = {folder.relative_to(ROOT).as_posix() for folder in FOLDERS}
    assert folders == set(FIGURES)
    assert {folder.partition("/")[0] for folder in folders} == set(HOMES)


@each_figure
def test_a_figure_is_what_its_own_folder_shows(figure):
    (place,) = [where for where, found in FIGURES.items() if found is figure]
    assert figure.show.__module__ == f"dlbasic.figures.{place.replace('/', '.')}.show"
    assert all(kind.__module__.startswith("dlbasic.") for kind in figure.settings)


@each_folder
def test_every_figure_has_its_words_in_both_languages(folder):
    words = Words(str(folder / "__init__.py"), "words").parts
    assert words["opening"]
    found = FIGURES[folder.relative_to(ROOT).as_posix()]
    assert found.words.parts == words
    for text in (found.name, *words.values()):
        assert all(text[language].strip() for language in LANGUAGES)
        assert re.search("[가-힣]", text.ko) and not re.search("[가-힣]", text.en)


@each_page
def test_every_page_has_its_words(page):
    assert page.words["promise"]
    assert page.title.ko and page.title.en
