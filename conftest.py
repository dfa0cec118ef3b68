"""Under ``CI=true`` nothing may be skipped and every warning is an error."""

from __future__ import annotations

import os
from typing import Any

import pytest

collect_ignore = ["tests/reference/make_pytorch.py"]  # a script, and it needs PyTorch

CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def pytest_configure(config: pytest.Config) -> None:
    if CI:
        config.addinivalue_line("filterwarnings", "error")


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
