"""The package as ``pip install`` has it: whole, and a card's Python runs outside the repository."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dlbasic.claims import CLAIMS

ROOT = Path(__file__).parent.parent
SETUPTOOLS = 77  # which knows a license by its name alone, as pyproject.toml says it
# Nothing is fetched, and nothing that is set up on this machine has a say.
ALONE = {
    name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))
}
ALONE |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(*command, cwd):
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=ALONE, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def missing() -> str:
    """What it takes to build a wheel and is not there."""
    if importlib.util.find_spec("pip") is None:
        return "pip"
    try:
        version = importlib.metadata.version("setuptools")
    except importlib.metadata.PackageNotFoundError:
        version = "0"
    return "" if int(version.partition(".")[0]) >= SETUPTOOLS else f"setuptools {SETUPTOOLS}"


pytestmark = [
    pytest.mark.full,
    pytest.mark.xdist_group("package"),
    pytest.mark.skipif(bool(missing()), reason=f"{missing()} is not there to build the wheel with"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy of what belongs to it."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.txt"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("dlbasic", "pages", "static", "tests", "docs"):
        shutil.copytree(ROOT / folder, source / folder, ignore=ignored)
    run(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "-w", built,
        cwd=source)  # fmt: skip
    (found,) = built.iterdir()
    return found


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """A fresh environment's interpreter: it has the wheel, NumPy and all else, not the repository.

    What is installed where the tests run is seen through a ``.pth`` file.
    """
    home = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    (packages,) = home.glob("lib/python*/site-packages")
    seen = {str(Path(module.__file__).parents[1]) for module in (np, pd)}
    (packages / "running.pth").write_text("\n".join(seen), "utf-8")
    own = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", own, "install", "--no-deps", "--ignore-installed",
        wheel, cwd=home)  # fmt: skip
    return own


def test_the_wheel_has_every_module_and_every_word_and_result_and_no_more(wheel):
    package = ROOT / "dlbasic"
    files = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    words = {name for name in files if name.endswith(".md")}
    kinds = (".md", ".svg", ".py", ".npz", ".json")
    assert len(words) > 80 and files == {name for name in files if name.endswith(kinds)}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == files


def test_it_asks_for_what_requirements_say(wheel):
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    asked = [line.partition(": ")[2] for line in archive.read(metadata).decode().splitlines()
             if line.startswith("Requires-Dist: ")]  # fmt: skip
    said = (ROOT / "requirements.txt").read_text("utf-8").split()
    assert {*map(_spelled, asked)} == {*map(_spelled, said)}


def _spelled(requirement: str) -> tuple[str, frozenset[str]]:
    """A requirement's name and its bounds, whatever their order."""
    name = requirement.replace(" ", "").partition("<")[0].partition(">")[0]
    return name, frozenset(requirement.replace(" ", "").removeprefix(name).split(","))


def test_a_cards_python_prints_there_what_it_prints_here(python, tmp_path):
    mish = CLAIMS["mish"]
    code, here = mish.code(mish.defaults), mish.run(mish.defaults)
    said = run(python, "-I", "-c", f"{code}\nimport dlbasic\nprint(dlbasic.__file__)", cwd=tmp_path)
    *printed, file = said.splitlines()
    assert printed == [here.verdict.value, str(dict(here.measured))]
    assert Path(file).is_relative_to(python.parents[1]), "the repository was seen"
