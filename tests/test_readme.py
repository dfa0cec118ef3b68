"""What the README shows works as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
CODES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(
    ("code", "last"),
    list(zip(CODES, (r"contradicted \{'.*\}", r"100 \[0\.\d+ 0\.\d+\]"), strict=True)),
    ids=["measure a sentence", "train a network"],
)
def test_the_python_in_the_readme_runs(code, last, capsys):
    exec(code, {})
    assert re.fullmatch(last, capsys.readouterr().out.splitlines()[-1])


@pytest.mark.parametrize(
    "file", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/deploying.md"]
)
def test_what_the_documents_name_is_there(file):
    """Paths of this repository that stand in code marks."""
    root = Path(__file__).parents[1]
    text = (root / file).read_text("utf-8")
    folders = "dlbasic|pages|tests|static|docs|deploy|benchmarks"
    named = set(re.findall(rf"`((?:{folders})/[\w./@-]*)`", text))
    assert named
    assert [name for name in sorted(named) if not (root / name).exists()] == []


def test_what_drives_a_browser_stands_where_the_full_check_looks_for_it():
    root = Path(__file__).parents[1]
    mark = "pytest." + "mark.browser"
    files = [file for file in (root / "tests").rglob("*.py") if mark in file.read_text("utf-8")]
    assert files and {file.parent for file in files} == {root / "tests/browser"}
    check = (root / ".ci/run").read_text("utf-8").splitlines()
    (command,) = [line for line in check if "-m browser" in line]
    assert command.endswith(' tests/browser"')
