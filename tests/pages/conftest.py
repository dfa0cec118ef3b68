"""The app without a browser."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlbasic.params import Numbers, Several
from dlbasic.ui.controls import CONTROLS

APP = Path(__file__).parents[2] / "app.py"
_NOTICES = (
    "링크에 쓸 수 없는 값이", "Some settings in the link", "링크에서 모르는 항목",
    "Unknown entries in the link",
)  # fmt: skip


class Visit:
    """A reader's session: follow links, move controls, see what the page then says."""

    def __init__(self, locale: str = "en-US") -> None:
        self.at = AppTest.from_file(APP, default_timeout=30)
        self.at.context["locale"] = locale
        self.page = "overview"

    def run(self) -> Visit:
        self.at.run()
        assert [element.value for element in self.at.exception] == []
        return self

    def follow(self, page: str, /, **link: Any) -> Visit:
        """Open a link to a page; values are taken as they stand in the address."""
        if not self.at.title:
            self.run()  # the pages are known after the first run
        self.at.switch_page(f"pages/{page}.py")
        self.at.query_params = dict(link)
        self.page = page
        return self.run()

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
        return tuple(value) if isinstance(param, Several) else value

    def place(self, name: str, value: Any) -> None:
        """Set one control, without the run that follows."""
        widget = self.widget(name)
        # An expander, or a table, whose edits become the control's numbers in a callback.
        if hasattr(widget, "children") or isinstance(CONTROLS[self.page][name], Numbers):
            self.at.session_state[f"{self.page}:{name}"] = value
        else:
            widget.set_value(list(value) if isinstance(value, tuple) else value)

    def move(self, name: str, value: Any) -> Visit:
        """Move one control as a reader would."""
        self.place(name, value)
        return self.run()

    def click(self, key: str) -> Visit:
        self.at.button(key=key).click()
        return self.run()

    @property
    def player(self) -> tuple[dict[str, Any], bytes]:
        """What the player was sent: the line of JSON, and the frames' maps."""
        (player,) = [c for c in self.at.get("bidi_component") if c.proto.bytes]
        line, _, maps = zlib.decompress(player.proto.bytes).partition(b"\n")
        return json.loads(line), maps

    def play(self, wanted: int | None = None, shown: int | None = None) -> Visit:
        """The browser wants the frames from a number on, or says which one it shows."""
        header = self.player[0]
        said = {"wanted": wanted, "shown": shown}
        self.at.session_state[header["key"]] = {
            what: {"run": header["run"], "frame": frame}
            for what, frame in said.items()
            if frame is not None
        }
        return self.run()

    def speak(self, language: str) -> Visit:
        self.at.button_group(key="lang").set_value(language)
        return self.run()

    @property
    def link(self) -> dict[str, Any]:
        return dict(self.at.query_params)

    @property
    def notices(self) -> list[str]:
        return [c.value for c in self.at.main.get("caption") if c.value.startswith(_NOTICES)]

    def chip(self, key: str) -> str:
        """The verdict that a claim's card shows."""
        (card,) = [
            block
            for block in self.at.main
            if getattr(block, "key", None) == f"card-{key}" and hasattr(block, "children")
        ]
        return card.markdown[0].value


@pytest.fixture
def visit() -> Callable[..., Visit]:
    return Visit
