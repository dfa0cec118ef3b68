"""A figure at settings that a link says, and the words that should stand there."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from dlbasic.text import LANGUAGES, fill
from dlbasic.ui import replay
from tests.pages.visits import Alone
from tests.site import CONTROLS, words


def _id(value):
    return value if isinstance(value, str) else re.sub(r"[^\w.,:-]+", "", str(value)) or "default"


def each(*settings, full=()):
    """A test for each of these settings, in Korean and in English by turns."""
    marks = [()] * len(settings) + [pytest.mark.full] * len(full)
    cases = [
        pytest.param(LANGUAGES[place % 2], changed, marks=mark)
        for place, (changed, mark) in enumerate(zip((*settings, *full), marks, strict=True))
    ]
    return pytest.mark.parametrize(("language", "changed"), cases, ids=_id)


def settings_of(place, changed):
    """All settings of a figure: those that are changed, and the defaults."""
    page, _, figure = place.partition("/")
    defaults = {
        name.partition(".")[2]: param.default
        for name, param in CONTROLS[page].items()
        if name.startswith(f"{figure}.")
    }
    assert changed.keys() <= defaults.keys()
    return SimpleNamespace(**{**defaults, **changed})


def follow(place, language, changed):
    """A reader who has followed the link to a figure at these settings."""
    page, _, figure = place.partition("/")
    names = {name: f"{figure}.{name}" for name in changed}
    link = {link: CONTROLS[page][link].write(changed[name]) for name, link in names.items()}
    reader = Alone(place).follow(lang=language, **link)
    assert reader.notices == [], "a link may say so"
    return reader


def stand_at(reader, *frames):
    """The browser shows these frames of the players, in their order; there is time to make them."""
    for shown, (header, _) in zip(frames, reader.players, strict=True):
        reader.at.session_state[header["key"]] = {
            what: {"run": header["run"], "frame": frame, "followed": header["followed"]}
            for what, frame in (("wanted", shown + 1), ("shown", shown))
        }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "SECONDS", 60.0)
        return reader.run()


def written(place, language, parts):
    """The parts of a figure's words with these slots filled; of players a list of slots each."""
    return {
        part: [
            fill(words(place, part, language), slots)
            for slots in (every if isinstance(every, list) else [every])
        ]
        for part, every in parts.items()
    }
