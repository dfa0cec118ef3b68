"""Parameters that are one or some of named options, or yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlbasic.text import Text

_NAME = re.compile(r"[a-z0-9_.-]{1,60}")
MOST = 60  # names in a link


@dataclass(frozen=True)
class Choice:
    """One of a few named options.

    >>> form = Choice(
    ...     Text(ko="식", en="form"), default="none", options={"none": Text(ko="정확", en="exact")}
    ... )
    >>> form.read("None "), form.read("?")
    (('none', False), ('none', False))
    """

    label: Text
    default: str
    options: Mapping[str, Text]
    help: Text | None = None

    def nearest(self, value: Any) -> str:
        return value if isinstance(value, str) and value in self.options else self.default

    def read(self, raw: str) -> tuple[str, bool]:
        value = self.nearest(raw.strip().lower())
        return value, value == raw

    def write(self, value: str) -> str:
        return value

    def check(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(f"{name} must be one of {', '.join(self.options)}, not {value!r}")
        return value


@dataclass(frozen=True)
class Several:
    """One or more of a few named options, in the declared order; written with commas.

    >>> from dlbasic.text import both
    >>> shapes = {"sigmoid": Text(ko="시그모이드", en="Sigmoid"), "relu": both("ReLU")}
    >>> functions = Several(Text(ko="함수", en="functions"), default=("relu",), options=shapes)
    >>> functions.read("relu,sigmoid"), functions.read("relu,bogus"), functions.read("")
    ((('sigmoid', 'relu'), True), (('relu',), False), (('relu',), False))
    """

    label: Text
    default: tuple[str, ...]
    options: Mapping[str, Text]
    help: Text | None = None

    def nearest(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            return self.default
        return tuple(option for option in self.options if option in value) or self.default

    def read(self, raw: str) -> tuple[tuple[str, ...], bool]:
        value = self.nearest([part.strip().lower() for part in raw.split(",")])
        return value, sorted(value) == sorted(raw.split(","))

    def write(self, value: Sequence[str]) -> str:
        return ",".join(value)

    def check(self, name: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or self.nearest(value) != tuple(value):
            raise ValueError(f"{name} must be some of {', '.join(self.options)}, not {value!r}")
        return tuple(value)


@dataclass(frozen=True)
class InOrder:
    """Options in an order of their own, each as often as it is said; written with commas.

    What shows them sets them: they have no widget.  They are none again where the reader moves one
    of the settings that ``of`` names.

    >>> from dlbasic.text import both
    >>> shapes = {"tanh": both("tanh"), "relu": both("ReLU")}
    >>> layers = InOrder(Text(ko="층마다", en="by layer"), options=shapes, most=3)
    >>> layers.read("relu,tanh,relu"), layers.read("relu,bogus"), layers.read("")
    ((('relu', 'tanh', 'relu'), True), (('relu',), False), ((), True))
    """

    label: Text
    options: Mapping[str, Text]
    most: int
    of: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    help: Text | None = None

    def nearest(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            return self.default
        return tuple(option for option in value if option in self.options)[: self.most]

    def read(self, raw: str) -> tuple[tuple[str, ...], bool]:
        said = raw.split(",") if raw else []
        value = self.nearest([part.strip().lower() for part in said])
        return value, list(value) == said

    def write(self, value: Sequence[str]) -> str:
        return ",".join(value)

    def check(self, name: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or self.nearest(value) != tuple(value):
            raise ValueError(f"{name} must be up to {self.most} of {', '.join(self.options)}, "
                             f"not {value!r}")  # fmt: skip
        return tuple(value)


@dataclass(frozen=True)
class Names:
    """Names of parameters, none by default; written with commas.

    Whether there are such parameters is known where they are used.

    >>> from dlbasic.text import both
    >>> Names(Text(ko="이름", en="names")).read("lr,live.function"), Names(both("n")).read("<b>,lr")
    ((('lr', 'live.function'), True), (('lr',), False))
    """

    label: Text
    default: tuple[str, ...] = ()
    help: Text | None = None

    def nearest(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            return self.default
        named = [name for name in value if isinstance(name, str) and _NAME.fullmatch(name)]
        return tuple(dict.fromkeys(named))[:MOST]

    def read(self, raw: str) -> tuple[tuple[str, ...], bool]:
        said = raw.split(",")
        value = self.nearest([name.strip() for name in said])
        return value, list(value) == said

    def write(self, value: Sequence[str]) -> str:
        return ",".join(value)

    def check(self, name: str, value: Any) -> tuple[str, ...]:
        if self.nearest(value) != tuple(value):
            raise ValueError(f"{name} must be names of parameters, not {value!r}")
        return tuple(value)


@dataclass(frozen=True)
class Word:
    """A word of this ``shape``, a regular expression, once it is ``tidy``; none by default.

    >>> code = Word(Text(ko="코드", en="code"), "[0-9A-Z]{1,8}")
    >>> code.read("1BCD"), code.read("<b>")
    (('1BCD', True), ('', False))
    """

    label: Text
    shape: str
    default: str = ""
    tidy: Callable[[str], str] = str
    help: Text | None = None

    def nearest(self, value: Any) -> str:
        value = self.tidy(value) if isinstance(value, str) else ""
        return value if re.fullmatch(self.shape, value) else self.default

    def read(self, raw: str) -> tuple[str, bool]:
        value = self.nearest(raw)
        return value, value == raw

    def write(self, value: str) -> str:
        return value

    def check(self, name: str, value: Any) -> str:
        if self.nearest(value) != value:
            raise ValueError(f"{name} must be a word like {self.shape}, not {value!r}")
        return str(value)


@dataclass(frozen=True)
class Mark(Word):
    """What a reader has done to a run, as a word.  What shows the run sets it: it has no widget.

    Under other settings, as for a :class:`Place`, it is another run, to which nothing was done.
    """

    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flag:
    """Yes or no; written ``1`` or ``0``.

    >>> Flag(Text(ko="열림", en="open"), default=False).read("1")
    (True, True)
    """

    label: Text
    default: bool = False
    help: Text | None = None

    def nearest(self, value: Any) -> bool:
        return value if isinstance(value, bool) else self.default

    def read(self, raw: str) -> tuple[bool, bool]:
        return (raw == "1", True) if raw in ("0", "1") else (self.default, False)

    def write(self, value: bool) -> str:
        return "1" if value else "0"

    def check(self, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be True or False, not {value!r}")
        return value
