"""The files in ``deploy/`` agree with each other and with the app, and do what they say."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib

import pytest

from dlbasic.ui.rooms import Rooms
from tests.deployed import DEPLOY, PORTS, free_ports, nginx_command
from tests.server import ROOT, is_free, stop

PATH = "dlbasic"  # before the pages, behind nginx


def read(name):
    return (DEPLOY / name).read_text("utf-8")


def test_nginx_names_every_process_wherever_it_names_one():
    conf = read("nginx.conf")
    assert tuple(re.findall(r"^\s+server 127\.0\.0\.1:(\d+)", conf, re.MULTILINE)) == PORTS
    assert re.findall(r"^\s+(\d+)\s+127\.0\.0\.1:(\d+);", conf, re.MULTILINE) == [
        (port, port) for port in PORTS
    ]


def test_the_path_is_one():
    conf = read("nginx.conf")
    assert set(re.findall(r"location (?:= )?/(\w+)/", conf)) == {PATH}
    assert re.findall(r"Path=/(\w+)/", conf) == [PATH]
    assert f'"${{DLBASIC_PATH-{PATH}}}"' in read("serve")


def test_programs_and_folders_that_are_named_are_there():
    (started,) = re.findall(r"^ExecStart=/opt/dlbasic/(\S+) %i$", read("dlbasic@.service"), re.M)
    assert os.access(ROOT / started, os.X_OK) and os.access(DEPLOY / "serve-all", os.X_OK)
    recipe = read("Dockerfile")
    copied = {source for source, _ in re.findall(r"^COPY (\S+) (\S+)$", recipe, re.M)}
    assert [source for source in copied if not (ROOT / source).exists()] == []
    parts = {".streamlit", "app.py", "dlbasic", "pages", "static", "requirements.txt", started}
    assert copied == parts
    assert re.findall(r'^CMD \["(\S+)"\]$', recipe, re.M) == [started]
    assert re.findall(r"^EXPOSE (\d+)$|DLBASIC_PORT=(\d+) ", recipe, re.M) == [
        ("", PORTS[0]), (PORTS[0], ""),
    ]  # fmt: skip
    assert '"${1-$DLBASIC_PORT}"' in read("serve")
    assert "http://127.0.0.1:$DLBASIC_PORT${DLBASIC_PATH:+/" in recipe


def test_settings_are_where_they_belong():
    """For everybody: no collection after each run.  For servers alone: files are not watched."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["runner"] == {"postScriptGC": False}
    assert not {"fileWatcherType", "port", "address", "baseUrlPath"} & set(config["server"])
    assert "--server.fileWatcherType none" in read("serve")


def test_nginx_takes_the_configuration(tmp_path):
    tried = subprocess.run(
        [*nginx_command(tmp_path, free_ports()), "-t"], capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


class Process(http.server.BaseHTTPRequestHandler):
    """In the place of one of the app's: answers with its port."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(self.server.server_port).encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def behind_nginx(folder, running):
    """nginx, of whose processes these are running: what gets a page, and the processes' ports.

    Of a page it gives the port of the process that has answered, and the one that the cookie is to
    name, if a cookie is sent.
    """
    ports = free_ports()
    command = nginx_command(folder, ports)

    def get(page, cookie=None):
        nginx = http.client.HTTPConnection("localhost", ports["80"], timeout=10)
        with contextlib.closing(nginx):
            nginx.request("GET", f"/dlbasic/{page}", headers={"Cookie": cookie} if cookie else {})
            answer = nginx.getresponse()
            sent = answer.getheader("Set-Cookie") or ""
            named = re.match(r"dlbasic=(\d+); Path=/dlbasic/", sent)
            return int(answer.read()), named and int(named[1])

    with contextlib.ExitStack() as stack:
        for written in running:
            address = ("127.0.0.1", ports[written])
            process = http.server.ThreadingHTTPServer(address, Process)
            stack.callback(process.server_close)
            threading.Thread(target=process.serve_forever).start()
            stack.callback(process.shutdown)
        stack.callback(stop, subprocess.Popen(command))
        wait_for(lambda: not is_free(ports["80"]))
        yield get, [ports[written] for written in PORTS]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with behind_nginx(tmp_path_factory.mktemp("nginx"), PORTS) as site:
        yield site


@pytest.mark.parametrize("here", range(len(PORTS)))
def test_a_rooms_link_leads_to_the_process_that_has_the_room(site, here):
    get, ports = site
    port, other = ports[here], ports[1 - here]
    code, _ = Rooms({}, port).open()
    for _ in range(3):
        for page in (f"?room={code}", f"?room={code.lower()}", f"losses?lang=en&room={code}&fig=a"):
            assert get(page) == (port, port)  # who comes first has the cookie from then on
            assert get(page, f"dlbasic={other}") == (port, port)
            assert get(page, f"dlbasic={port}") == (port, None)
    assert get("_stcore/health", f"dlbasic={port}") == (port, None)  # and goes on without the code


@pytest.mark.parametrize("room", ["", "BCDFG", "0BCDFG", "%20", "x", "-1"])
def test_a_code_that_names_no_process_leaves_its_reader_there(site, room):
    get, ports = site
    for port in ports:
        assert get(f"?room={room}", f"dlbasic={port}") == (port, None)
    port, named = get(f"?room={room}")
    assert port == named and port in ports


def test_where_the_rooms_process_is_gone_another_answers(tmp_path):
    with behind_nginx(tmp_path, PORTS[:1]) as (get, (port, gone)):
        for code, _ in (Rooms({}, gone).open(), Rooms({}, gone + 1).open()):
            assert get(f"?room={code}") == (port, port)
            assert get(f"?room={code}", f"dlbasic={gone}") == (port, port)
            assert get(f"?room={code}", f"dlbasic={port}") == (port, None)


# In the place of Streamlit: says that it has been started, with what, and that it has been ended.
FAKE = """#!/bin/sh
trap 'echo ended $$ >>{log}; exit' TERM
echo started $$ $* >>{log}
while true; do sleep 1; done
"""


def wait_for(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="a server's programs are for bash")
def test_all_processes_are_started_kept_and_ended(tmp_path):
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    log, fake = tmp_path / "log", tmp_path / ".venv" / "bin" / "streamlit"
    log.touch()
    fake.parent.mkdir(parents=True)
    fake.write_text(FAKE.format(log=log), "utf-8")
    fake.chmod(0o755)

    def said(word):
        lines = map(str.split, log.read_text("utf-8").splitlines())
        return [line[1:] for line in lines if line[0] == word]

    def ports():
        return [line[line.index("--server.port") + 1] for line in said("started")]

    starter = subprocess.Popen([tmp_path / "deploy" / "serve-all", str(len(PORTS))])
    try:
        wait_for(lambda: len(ports()) == 2)
        assert sorted(ports()) == list(PORTS)
        killed = said("started")[0][0]
        os.kill(int(killed), signal.SIGKILL)
        wait_for(lambda: len(ports()) == 3)
        assert ports()[2] == ports()[0]
    finally:
        stop(starter)
    running = {line[0] for line in said("started")} - {killed}
    wait_for(lambda: {process for (process,) in said("ended")} == running)
