"""The app without a browser: readers' sessions, of all that a page shows or of a part of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from dlbasic.claims import CLAIMS
from dlbasic.datasets import DATASETS
from dlbasic.figures import PAGES
from dlbasic.params import Numbers, Several, Widths
from dlbasic.ui.link import Visit as Memory
from dlbasic.ui.page import EVERYWHERE, PREDICT, SHOWN
from dlbasic.ui.player import Change
from tests.pages.settings import PAGE_OF
from tests.site import CONTROLS, FIGURES

APP = Path(__file__).parents[2] / "app.py"
_NOTICES = (
    "링크에 쓸 수 없는 값이", "Some settings in the link", "링크의 알 수 없는 항목",
    "Unknown entries in the link",
)  # fmt: skip


class Session:
    """A reader on a page: moves controls, sees what the page then says.

    Unless it ``predicts``, it is shown every claim's result at once.
    """

    page: str
    _components: Any = None  # the app's own, and what is installed: looked for once

    predicts = False

    def __init__(self, at: AppTest, locale: str) -> None:
        self.at = at
        self.at.context["locale"] = locale
        if not self.predicts:
            language = "ko" if locale.lower().startswith("ko") else "en"
            values: dict[str, Any] = {page: {PREDICT: False} for page in PAGES}
            self.at.session_state["visit"] = Memory(language, values)
        # One server has one of these for all of its sessions, too.
        self.at._bidi_component_manager = Session._components

    def said(self, link: Mapping[str, Any]) -> dict[str, Any]:
        """The link, which says whether one predicts unless it only turns the page."""
        turned = not link or set(link) == {SHOWN}
        return dict(link) if self.predicts or turned else {**link, PREDICT: link.get(PREDICT, "0")}

    def run(self) -> Any:
        self.at.run()
        Session._components = self.at._bidi_component_manager
        assert [element.value for element in self.at.exception] == []
        return self

    def widgets(self, name: str) -> list[Any]:
        """The control of this name, or the table with its numbers, if it is on the page."""
        param = CONTROLS[self.page].get(name)
        if isinstance(param, Numbers):
            return [
                table
                for table in self.at.data_editor
                if table.key.startswith(f"{self.page}:{name.rpartition('.')[0]}.")
                and self.column(name) in table.value.columns
            ]
        return [w for w in self.at.main if getattr(w, "key", None) == f"{self.page}:{name}"]

    def widget(self, name: str) -> Any:
        (found,) = self.widgets(name)
        return found

    def has(self, name: str) -> bool:
        return bool(self.widgets(name))

    def column(self, name: str) -> str:
        """The column that the numbers of a control have in their table."""
        label: str = CONTROLS[self.page][name].label[self.link["lang"]]
        return label

    def asks(self, name: str) -> bool:
        """Whether a button waits for what this flag says that has been asked for."""
        return any(b.key == f"button-{self.page}:{name}" for b in self.at.button)

    def value(self, name: str) -> Any:
        """What the control on the page shows."""
        param = CONTROLS[self.page][name]
        widget = self.widget(name)
        if isinstance(param, Numbers):
            return tuple(widget.value[self.column(name)])
        value = widget.proto.expanded if hasattr(widget, "children") else widget.value
        if isinstance(param, Widths):
            return param.nearest(value)
        return tuple(value) if isinstance(param, Several) else value

    def place(self, name: str, value: Any) -> None:
        """Set one control, without the run that follows."""
        for problem in [box for box in self.at.selectbox if box.key == "problem"]:
            if name == "data" and value in DATASETS:  # the data sets of one problem are offered
                problem.set_value(DATASETS[value].task)
                self.run()
        widget = self.widget(name)
        # An expander, or a table, whose edits become the control's numbers in a callback.
        if hasattr(widget, "children") or isinstance(CONTROLS[self.page][name], Numbers):
            self.at.session_state[f"{self.page}:{name}"] = value
        elif isinstance(param := CONTROLS[self.page][name], Widths):
            widget.set_value(param.write(value))
        else:
            widget.set_value(list(value) if isinstance(value, tuple) else value)

    def move(self, name: str, value: Any) -> Any:
        """Move one control as a reader would."""
        self.place(name, value)
        return self.run()

    def click(self, key: str) -> Any:
        self.at.button(key=key).click()
        return self.run()

    @property
    def players(self) -> list[tuple[dict[str, Any], bytes]]:
        """What each player was sent: the line of JSON, and the frames' maps."""
        sent = [c.proto.bytes for c in self.at.get("bidi_component") if c.proto.bytes]
        parts = [zlib.decompress(message).partition(b"\n") for message in sent]
        return [(json.loads(line), maps) for line, _, maps in parts]

    @property
    def player(self) -> tuple[dict[str, Any], bytes]:
        """What the one player was sent."""
        (player,) = self.players
        return player

    def play(self, wanted: int | None = None, shown: int | None = None, **more: int) -> Any:
        """The browser wants the frames from a number on, or says which one it shows."""
        header = self.player[0]
        said = {"wanted": wanted, "shown": shown}
        self.at.session_state[header["key"]] = {
            what: {"run": header["run"], "frame": frame, "followed": header["followed"], **more}
            for what, frame in said.items()
            if frame is not None
        }
        return self.run()

    def draw(self, name: str, value: str, frame: int = 0, batch: int = 0) -> Any:
        """The drawing of a network sets a parameter; its callback has been run before the page."""
        param = CONTROLS[self.page][name]
        made = Change({name.rpartition(".")[2]: value}, frame, batch)
        self.at.session_state[f"{self.player[0]['key']}:set"] = made
        self.at.session_state[f"{self.page}:{name}"] = param.read(value)[0]
        return self.run()

    def speak(self, language: str) -> Any:
        self.at.button_group(key="lang").set_value(language)
        return self.run()

    @property
    def link(self) -> dict[str, Any]:
        """What the address says, but for the figure shown and what holds on every page."""
        return {
            name: said for name, said in self.address.items() if name not in (SHOWN, *EVERYWHERE)
        }

    @property
    def address(self) -> dict[str, Any]:
        return dict(self.at.query_params)

    @property
    def figure(self) -> str | None:
        """The figure shown, as the address says."""
        return self.address.get(SHOWN)

    @property
    def notices(self) -> list[str]:
        return [text for text in self.captions if text.startswith(_NOTICES)]

    @property
    def captions(self) -> list[str]:
        return [caption.value for caption in self.at.main.get("caption")]

    def chip(self, key: str) -> str:
        """The verdict that a claim's card shows."""
        (card,) = [
            block
            for block in self.at.main
            if getattr(block, "key", None) == f"card-{key}" and hasattr(block, "children")
        ]
        return card.markdown[0].value


class Visit(Session):
    """A visit to the app: all of its pages, a figure at a time."""

    _pages: Any = None  # the app's, as a server knows them once anyone has visited it

    def __init__(self, locale: str = "en-US") -> None:
        super().__init__(AppTest.from_file(APP, default_timeout=60), locale)
        self.page = "overview"

    def follow(self, page: str, /, **link: Any) -> Visit:
        """Open a link to a page; values are taken as they stand in the address."""
        if Visit._pages is None:
            Visit._pages = Visit().run().at._registered_pages
        self.at._registered_pages = Visit._pages
        self.at.switch_page(f"pages/{page}.py")
        self.at.query_params = self.said(link)
        self.page = page
        return self.run()

    def turn(self, figure: str) -> Visit:
        """Turn to another figure of the page, as its list does."""
        self.at.query_params = {SHOWN: figure}
        return self.run()

    def turn_to(self, name: str) -> Visit:
        """Turn to a figure that has this control, unless the one shown has."""
        page = PAGES[self.page]
        if self.figure and name not in page.figure(self.figure).controls:
            self.turn(page.shows(name) or self.figure)
        return self

    def move(self, name: str, value: Any) -> Any:
        """Move one control as a reader would, who first turns to its figure."""
        self.turn_to(name)
        return super().move(name, value)


def figures_of(page: str, link: Any) -> list[str]:
    """The figures of a page that have a control which the link names; all, if it names none."""
    all_of_them = [figure.key for figure in PAGES[page].figures]
    return [key for key in all_of_them if set(PAGES[page].figure(key).controls) & set(link)] or (
        all_of_them
    )


def _show(page, site):  # type: ignore[no-untyped-def]  # a script: what it needs it imports
    from dlbasic import ui

    ui.configure()
    ui.show(page, site)


class Alone(Session):
    """A page of which one part is left: a figure, ``<page>/<figure>``, or the card of a claim.

    What else the page shows costs most of a run, and has no say in what the part does.
    """

    def __init__(self, part: str, locale: str = "en-US") -> None:
        if part in CLAIMS:
            self.page = PAGE_OF[part]
            figure = replace(
                PAGES[self.page].figures[0],
                settings=(), shared=(), claims=(part,), show=lambda panel: None,
            )  # fmt: skip
        else:
            self.page = part.partition("/")[0]
            figure = replace(FIGURES[part], claims=())
        site = {**PAGES, self.page: replace(PAGES[self.page], figures=(figure,))}
        given = {"page": self.page, "site": site}
        super().__init__(AppTest.from_function(_show, default_timeout=60, kwargs=given), locale)
        self.controls = figure.controls

    def follow(self, **link: Any) -> Alone:
        self.at.query_params = self.said(link)
        return self.run()

    def speak(self, language: str) -> Alone:
        self.at.session_state["lang"] = language  # the switch stands in the sidebar
        return self.run()


def _read(page, site):  # type: ignore[no-untyped-def]  # a script: what it needs it imports
    import streamlit as st

    from dlbasic.ui.link import Controls, arrive

    arrive()
    controls = Controls(site[page], site)
    if controls.notice:
        st.caption(controls.notice)
    st.session_state["said"] = dict(controls.values)


class Address(Session):
    """A page of which nothing is drawn: its controls, read from the address and written there."""

    def __init__(self, page: str, locale: str = "en-US") -> None:
        self.page = page
        given = {"page": page, "site": PAGES}
        super().__init__(AppTest.from_function(_read, kwargs=given), locale)

    def follow(self, **link: Any) -> Address:
        """Open a link in a new session, as a browser does."""
        locale = self.at.context["locale"]
        super().__init__(AppTest.from_function(_read, kwargs=self.at.kwargs), locale)
        return self.go(**link)

    def go(self, **link: Any) -> Address:
        """Come to a link in the same session, as by Back."""
        self.at.query_params = self.said(link)
        return self.run()

    @property
    def values(self) -> dict[str, Any]:
        """Each control's value."""
        said: dict[str, Any] = self.at.session_state["said"]
        return {name: value for name, value in said.items() if name not in (SHOWN, *EVERYWHERE)}

    def place(self, name: str, value: Any) -> None:
        param = CONTROLS[self.page][name]
        if isinstance(param, Several):
            value = list(value)
        elif isinstance(param, Widths):
            value = param.write(value)
        self.at.session_state[f"{self.page}:{name}"] = value
