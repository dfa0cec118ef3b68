"""The files in ``deploy/`` agree with each other and with the app, and do what they say."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib

import pytest

from tests.deployed import DEPLOY, PORTS, nginx_command
from tests.server import ROOT, free_port, stop

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
    (command,) = re.findall(r'^CMD \["(\S+)", "(\d+)"\]$', recipe, re.M)
    assert command == (started, PORTS[0])
    asked = re.findall(r"^EXPOSE (\d+)$|127\.0\.0\.1:(\d+)\${DLBASIC_PATH", recipe, re.M)
    assert ["".join(port) for port in asked] == [PORTS[0], PORTS[0]]


def test_settings_are_where_they_belong():
    """For everybody: no collection after each run.  For servers alone: files are not watched."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["runner"] == {"postScriptGC": False}
    assert not {"fileWatcherType", "port", "address", "baseUrlPath"} & set(config["server"])
    assert "--server.fileWatcherType none" in read("serve")


def test_nginx_takes_the_configuration(tmp_path):
    ports = {written: free_port() for written in ("80", *PORTS)}
    tried = subprocess.run(
        [*nginx_command(tmp_path, ports), "-t"], capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


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
