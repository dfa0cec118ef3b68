"""A reader's session without a browser: it speaks Streamlit's protocol to a running server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

PATIENCE = 120.0  # seconds: far beyond what anything takes, short of a hanging suite


@contextlib.contextmanager
def visiting(address: str) -> Iterator[Visitor]:
    """A session at the app's address, which may have a path."""
    server = urlsplit(address)
    stream = f"ws://{server.netloc}{server.path}/_stcore/stream"
    protocols = [Subprotocol("streamlit")]
    with connect(stream, subprotocols=protocols, max_size=None, proxy=None) as socket:
        yield Visitor(socket)


class Visitor:
    """One tab: ``open`` a page, ``press`` a slider, ``open`` another."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._page = self._query = ""
        self.sliders: dict[str, Any] = {}  # the page's sliders of numbers, by label

    def open(self, page: str, query: str = "") -> None:
        """The page of this name, as a link opens it."""
        self._page, self._query, self.sliders = page, query, {}
        self._run({})

    def press(self, label: str, steps: int = 1) -> None:
        """Move a slider from its default, as the arrow keys do."""
        slider = self.sliders[label]
        self._run({slider.id: [value + steps * slider.step for value in slider.default]})

    def _run(self, moved: dict[str, list[float]]) -> None:
        """Run the script with these sliders' values, and read until it has ended."""
        message = BackMsg()
        message.rerun_script.page_name = self._page
        message.rerun_script.query_string = self._query
        message.rerun_script.context_info.locale = "en-US"
        for name, values in moved.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = name
            state.double_array_value.data.extend(values)
        self._socket.send(message.SerializeToString())
        while True:
            payload = self._socket.recv(PATIENCE)
            assert isinstance(payload, bytes)
            answer = ForwardMsg.FromString(payload)
            assert not answer.HasField("page_not_found"), self._page
            element = answer.delta.new_element
            assert not element.HasField("exception"), element.exception
            if element.slider.type == Slider.SLIDER and element.slider.label:
                self.sliders[element.slider.label] = element.slider
            if answer.HasField("page_info_changed"):
                self._query = answer.page_info_changed.query_string
            if answer.HasField("script_finished"):
                if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return
                assert answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
