"""Results of what takes long at its default settings, as files: there from the first visit on.

``python -m dlbasic.kept`` writes them.  A file holds the settings that it belongs to and what it
was made with; one that does not fit the code any more is as good as none.
"""

from __future__ import annotations

import dataclasses
import datetime
import importlib.metadata
import json
import platform
import zipfile
import zlib
from collections.abc import Callable, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dlbasic.arrays import Floats

FOLDER = Path(__file__).parent
# What reading a file raises that is missing, spoilt, or of other classes and settings than today's.
_UNFIT = (
    OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, ImportError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def path_of(steps: Callable[..., Any], settings: Any) -> Path:
    """Where the result of ``steps(settings)`` is kept: a figure's or, by its key, a claim's.

    A figure that compares ``by`` one setting or another has a file for each of them.

    >>> from dlbasic.claims import laps
    >>> path_of(laps, ("elu", None)).name
    'elu.npz'
    """
    if isinstance(settings, tuple):
        return FOLDER / f"{settings[0]}.npz"
    owner, by = steps.__module__.split(".")[-2:][0], getattr(settings, "by", None)
    return FOLDER / (f"{owner}.npz" if by is None else f"{owner}-{by}.npz")


def load(path: Path) -> tuple[Any, Any] | None:
    """The settings and the result in a file; None if there is none that fits the code."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            said = json.loads(str(file["said"]))
            return decoded(said["settings"], file), decoded(said["result"], file)
    except _UNFIT:
        return None


def made_with(path: Path) -> dict[str, str]:
    """What a file was made with, and when."""
    with np.load(path, allow_pickle=False) as file:
        made: dict[str, str] = json.loads(str(file["said"]))["made"]
    return made


def machine() -> dict[str, str]:
    """What the last bits of a result depend on."""
    found = np.show_config(mode="dicts") or {}
    simd = found.get("SIMD Extensions", {})
    return {
        "numpy": np.__version__,
        "machine": platform.machine(),
        "simd": ",".join([*simd.get("baseline", []), *simd.get("found", [])]),
        "blas": str(found.get("Build Dependencies", {}).get("blas", {}).get("version", "")),
        "rounding": f"{_rounding():08x}",
    }


def _rounding() -> int:
    """A mark of how products and functions round here: one library has a way for each processor."""
    mark = 0
    for dtype in (np.float32, np.float64):
        numbers: Floats = np.random.default_rng(0).standard_normal(4096).astype(dtype)
        for rows in (8, 17, 64):
            part = numbers[: rows * (4096 // rows)].reshape(rows, -1)
            mark = zlib.crc32((part @ part.T).tobytes(), mark)
        for function in (np.exp, np.tanh):
            mark = zlib.crc32(function(numbers).tobytes(), mark)
    return mark


def made_here() -> dict[str, str]:
    """What a result is made with that is worked out now: machine, versions, date."""
    return machine() | {
        "pandas": pd.__version__,
        "python": platform.python_version(),
        "dlbasic": _version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _version() -> str:
    try:
        return importlib.metadata.version("dlbasic")
    except importlib.metadata.PackageNotFoundError:  # run from the repository
        return "repository"


def save(path: Path, settings: Any, result: Any, made: Mapping[str, str]) -> None:
    """Write a result and its settings."""
    arrays: dict[str, Any] = {}
    said = {
        "made": dict(made),
        "settings": encoded(settings, arrays),
        "result": encoded(result, arrays),
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    np.savez_compressed(path, said=np.array(text), **arrays)


def encoded(value: Any, arrays: dict[str, Any]) -> Any:
    """What JSON can say of a value; its arrays are put aside by name.

    It may be made of numbers, strings, arrays, frames, tuples, lists, mappings, enumerations and
    dataclasses of dlbasic.  Raises ``TypeError`` for anything else.

    >>> arrays = {}
    >>> decoded(encoded({"a": (1, 0.1, None), "b": np.arange(3)}, arrays), arrays)
    {'a': (1, 0.1, None), 'b': array([0, 1, 2])}
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, pd.DataFrame):
        columns = {
            name: encoded(
                column.to_numpy() if column.dtype.kind in "fiub" else list(column), arrays
            )
            for name, column in value.items()
        }
        return {"frame": columns}
    if isinstance(value, tuple | list):
        return {type(value).__name__: [encoded(one, arrays) for one in value]}
    if isinstance(value, Mapping):
        return {"map": [[encoded(key, arrays), encoded(of, arrays)] for key, of in value.items()]}
    if isinstance(value, Enum):
        return {"enum": _name(value), "value": value.value}
    if dataclasses.is_dataclass(value) and _name(value).startswith("dlbasic."):
        fields = {
            field.name: encoded(getattr(value, field.name), arrays)
            for field in dataclasses.fields(value)
        }
        return {"class": _name(value), "fields": fields}
    raise TypeError(f"a {type(value).__name__} has no place in a file")


def decoded(said: Any, arrays: Mapping[str, Any]) -> Any:
    """The value again."""
    match said:
        case {"array": name}:
            return arrays[name]
        case {"frame": columns}:
            return pd.DataFrame({name: decoded(of, arrays) for name, of in columns.items()})
        case {"tuple": some}:
            return tuple(decoded(one, arrays) for one in some)
        case {"list": some}:
            return [decoded(one, arrays) for one in some]
        case {"map": pairs}:
            return {decoded(key, arrays): decoded(of, arrays) for key, of in pairs}
        case {"enum": name, "value": value}:
            return _named(name)(value)
        case {"class": name, "fields": fields}:
            return _named(name)(**{key: decoded(of, arrays) for key, of in fields.items()})
    return said


def _name(value: Any) -> str:
    return f"{type(value).__module__}:{type(value).__qualname__}"


def _named(name: str) -> Any:
    module, _, of = name.partition(":")
    if not module.startswith("dlbasic."):
        raise ImportError(f"{module} is not of this package")
    return getattr(import_module(module), of)
