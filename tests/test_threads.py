"""One thread for NumPy, for all that imports dlbasic first, as `streamlit run app.py` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
THREADS = Path("/proc/self/task")


def said(code):
    asked = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.skipif(not THREADS.exists(), reason="threads are counted as Linux lists them")
@pytest.mark.parametrize("package", ["dlbasic", "benchmarks"])
def test_numpy_works_in_one_thread(package):
    count = f"import {package}, numpy, os; numpy.eye(999) @ numpy.eye(999); "
    assert said(count + f"print(len(os.listdir({str(THREADS)!r})))") == "1"


def test_streamlit_leaves_numpy_to_the_app():
    assert said("import streamlit.web.bootstrap, sys; print('numpy' in sys.modules)") == "False"
