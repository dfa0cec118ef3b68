"""The fast part by default, all of it with ``--full``; under ``CI=true`` nothing may be skipped.

Tests marked ``full`` say again, for every option of every control or over further seeds, what
others show once: they are left to the full check, and the summary says how many.  Under ``CI=true``
every warning is an error, too.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

collect_ignore = ["tests/reference/make_pytorch.py"]  # a script, and it needs PyTorch
collect_ignore_glob = [
    "dlbasic/figures/*/*/example.py"
]  # scripts, too; tests run them as a page has them

CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
_LEFT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run every test, as `bash .ci/run` does")


def pytest_configure(config: pytest.Config) -> None:
    if CI:
        config.addinivalue_line("filterwarnings", "error")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    named = config.getoption("keyword") or any("::" in argument for argument in config.args)
    if CI or named or config.getoption("--full") or config.getoption("markexpr"):
        return
    left = [item for item in items if item.get_closest_marker("full")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("full")]
    config.stash[_LEFT] = len(left)


def pytest_collection_finish(session: pytest.Session) -> None:
    """See that pytest-xdist has taken the groups: else each worker works all of them out."""
    if getattr(session.config.option, "loadgroup", False):
        for item in session.items:
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
                raise pytest.UsageError("this pytest-xdist does not group tests of this pytest")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    left = config.stash.get(_LEFT, 0)
    if left:
        terminalreporter.write_line(
            f"The fast part. {left} more checks (every option of every control, further seeds, "
            "wrong links by the hundred) are left to the full check: pytest --full, or all of it "
            "with lint, types and a real browser: bash .ci/run"
        )


def _fail_if_skipped(report: Any) -> Any:
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _fail_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _fail_if_skipped((yield))
