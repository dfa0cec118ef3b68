"""Two of the app's processes behind nginx, from the files in ``deploy/``, at free ports."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.server import ROOT, free_port, is_free, stop, wait_until_healthy

DEPLOY = ROOT / "deploy"
PORTS = ("8501", "8502")  # as in nginx.conf

# What a distribution's nginx.conf has around conf.d/*.conf, for a user who need not be root.
_AROUND = """
daemon off;
{user}
pid {folder}/nginx.pid;
worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/dlbasic.conf;
}}
"""


def nginx_or_skip() -> str:
    """The program; Debian keeps it where only root looks."""
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        pytest.skip("deploy/nginx.conf is tried in nginx")
    return program


def free_ports() -> dict[str, int]:
    """A free port for each in ``nginx.conf``: those of processes differ in the last digit alone."""
    while True:
        tens = free_port() // 10
        ports = {written: 10 * tens + int(written[-1]) for written in PORTS}
        if all(map(is_free, ports.values())):
            return {"80": free_port(), **ports}


def nginx_command(folder: Path, ports: dict[str, int]) -> list[str]:
    """nginx with ``deploy/nginx.conf``, but at these ports."""
    conf = (DEPLOY / "nginx.conf").read_text("utf-8")
    conf = re.sub(r"\b80\b", str(ports["80"]), conf)
    conf = re.sub(r"\b850(?=\d\b|\$)", str(ports[PORTS[0]] // 10), conf)
    (folder / "dlbasic.conf").write_text(conf, "utf-8")
    # Without this root's nginx works as nobody, who may not write in this folder.
    user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_AROUND.format(user=user, folder=folder), "utf-8")
    return [
        nginx_or_skip(), "-p", str(folder), "-c", str(folder / "nginx.conf"),
        "-e", str(folder / "error.log"),
    ]  # fmt: skip


@dataclass
class Deployed:
    """The address of the whole, and its processes by their ports."""

    address: str
    folder: Path
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, port: int) -> None:
        """Start a process, as the service manager does, and wait until it answers."""
        log = self.folder / f"{port}.log"
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        with log.open("wb") as written:
            server = self.processes[port] = subprocess.Popen(
                [DEPLOY / "serve", str(port)], stdout=written, stderr=written,
                env={**os.environ, "PATH": programs},
            )  # fmt: skip
        wait_until_healthy(f"http://127.0.0.1:{port}/dlbasic", server, log)

    def kill(self, port: int) -> None:
        """End a process without a word."""
        self.processes[port].kill()
        self.processes[port].wait()

    def stop(self) -> None:
        """End every process."""
        for server in self.processes.values():
            stop(server)


@contextlib.contextmanager
def deployed(folder: Path) -> Iterator[Deployed]:
    """Two processes of ``deploy/serve`` behind nginx."""
    ports = free_ports()
    command = nginx_command(folder, ports)
    with contextlib.ExitStack() as stack:
        site = Deployed(f"http://localhost:{ports['80']}", folder)
        stack.callback(site.stop)
        for written in PORTS:
            site.start(ports[written])
        nginx = subprocess.Popen(command)
        stack.callback(stop, nginx)
        wait_until_healthy(f"{site.address}/dlbasic", nginx, folder / "error.log")
        yield site
