"""Scripts that the app gives, executed in the tests' own process."""

from __future__ import annotations

import contextlib
import io
import re


def executed(code: str) -> str:
    """What a script prints; what it sets for all of PyTorch is undone."""
    with contextlib.ExitStack() as stack:
        if "import torch" in code:
            import torch

            stack.callback(torch.set_num_threads, torch.get_num_threads())
            stack.callback(torch.set_default_dtype, torch.get_default_dtype())
        out = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        exec(compile(code, "script", "exec"), {})
    return out.getvalue()


def losses(printed: str) -> list[float]:
    """The training loss and the test loss among what a script of a run has printed."""
    return [float(value) for value in re.findall(r"(?:training|test) loss (\S+)", printed)]
