"""What the README shows works as it stands."""

from __future__ import annotations

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_the_python_in_the_readme_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {})
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"100 \[0\.\d+ 0\.\d+\]", last)
