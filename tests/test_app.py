"""app.py and pages/ stay thin: what to show, in which order, and nothing that is worked out."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dlbasic.ui.controls import CONTROLS

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
SCRIPTS = [ROOT / "app.py", *PAGES]
thin = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)


def nodes(script):
    return list(ast.walk(ast.parse(script.read_text("utf-8"))))


def test_every_page_has_a_script():
    assert [page.stem for page in PAGES] == sorted(CONTROLS)


@thin
def test_scripts_import_dlbasic_ui_alone(script):
    imported = set()
    for node in nodes(script):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
    assert imported == {"dlbasic.ui"}


@thin
def test_scripts_define_nothing(script):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in nodes(script) if isinstance(node, kinds)]
    assert len(script.read_text("utf-8").splitlines()) < 60


@thin
def test_scripts_say_what_they_are(script):
    assert ast.get_docstring(ast.parse(script.read_text("utf-8")))


@pytest.mark.parametrize("script", PAGES, ids=lambda script: script.name)
def test_pages_begin_by_opening_themselves(script):
    """The page's link is read before anything is drawn."""
    first = next(
        node for node in ast.parse(script.read_text("utf-8")).body if isinstance(node, ast.Assign)
    )
    assert ast.unparse(first.value) == f"ui.open_page({script.stem!r})"


def test_only_ui_uses_streamlit():
    """Also without import-linter."""
    users = [
        path.relative_to(ROOT).as_posix()
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
    assert users and all(user.startswith("dlbasic/ui/") for user in users)
