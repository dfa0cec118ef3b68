"""app.py and pages/ stay thin: what to show, in which order, and nothing that is worked out."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.site import CONTROLS

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
SCRIPTS = [ROOT / "app.py", *PAGES]
thin = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)


def nodes(script):
    return list(ast.walk(ast.parse(script.read_text("utf-8"))))


def test_every_page_has_a_script():
    assert [page.stem for page in PAGES] == sorted(CONTROLS)


@thin
def test_scripts_import_the_ui_and_the_pages_alone(script):
    imported = set()
    for node in nodes(script):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
    assert imported == {"dlbasic.ui", "dlbasic.figures.PAGES"}


@thin
def test_scripts_define_nothing(script):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in nodes(script) if isinstance(node, kinds)]
    assert len(script.read_text("utf-8").splitlines()) < 60


@thin
def test_scripts_say_what_they_are(script):
    assert ast.get_docstring(ast.parse(script.read_text("utf-8")))


@pytest.mark.parametrize("script", PAGES, ids=lambda script: script.name)
def test_pages_show_themselves(script):
    *_, last = ast.parse(script.read_text("utf-8")).body
    assert ast.unparse(last) == f"ui.show({script.stem!r}, PAGES)"


def test_streamlit_is_in_ui_and_in_what_shows_a_figure_alone():
    """Also without import-linter."""
    users = [
        path.relative_to(ROOT / "dlbasic")
        for path in (ROOT / "dlbasic").rglob("*.py")
        if "streamlit" in {
            name.split(".")[0]
            for node in nodes(path)
            for name in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )
        }
    ]  # fmt: skip
    assert users
    assert [user for user in users if user.parts[0] != "ui" and user.name != "show.py"] == []
