"""What a claim is: declared settings, a run, an outcome with its verdict, and its words."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from inspect import isgeneratorfunction
from typing import Any, Generic, TypeVar

import pandas as pd

from dlbasic.params import Choice, Declared, declared
from dlbasic.text import Language, Text
from dlbasic.words import Words

S = TypeVar("S", bound=Declared)


class Verdict(Enum):
    """What the measurement says of the claim."""

    HOLDS = "holds"
    CONDITIONAL = "conditional"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True)
class Outcome:
    """What one run gave: the rows behind the chart, the numbers, and the verdict they lead to.

    A number that a run does not have is left out of ``measured``.  Runs are cached and shared:
    treat the frame as read-only.
    """

    frame: pd.DataFrame
    measured: Mapping[str, float]
    verdict: Verdict


@dataclass(frozen=True)
class Plot:
    """How the chart reads the frame: one row a point, ``series`` naming the line it belongs to.

    ``names`` gives each value of the series column its words and their order; a key of
    ``dlbasic.activations.ACTIVATIONS`` among them is drawn in that function's own colour and dash.
    Beside functions every other series is a reference: grey, and under their lines.  ``points``
    names the series drawn as points instead of a line, ``whole_x`` keeps x to whole ticks.  ``low``
    and ``high``, where given, are the columns of the band around a line and of the bar through a
    point.
    """

    x: str
    y: str
    x_title: Text
    y_title: Text
    names: Mapping[str, Text]
    series: str = "series"
    whole_x: bool = False
    log_x: bool = False
    log_y: bool = False
    y_domain: tuple[float, float] | None = None
    points: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class Lap:
    """How far a run has come: the share done and, once all is, the outcome."""

    share_done: float
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Claim(Generic[S]):
    """One sentence of the article, measured.

    ``measure(settings)`` takes any instance of the settings dataclass, of which ``defaults``,
    ``quick`` (fewer seeds, for a page that is opened) and ``control`` (the same measurement under
    settings that make it come out differently, so that the check can fail) are three.  It gives
    the outcome; one that takes long is a generator, which yields the share done on the way and
    returns the outcome.  The declared defaults of the settings are the quick ones.  The verdict is
    computed from the numbers that were measured; ``expected`` is the one the defaults gave when
    this was written, and a test compares the two.  ``subject`` names the settings that say what
    the claim is about: once one of them is changed, the run measures something else by the claim's
    measure.

    ``words`` are the Markdown beside the claim's module, with the parts ``sentence`` (the
    article's, in our own words), ``reading`` (how it is taken where it can be taken in more than
    one way), ``deciding`` (the number that decides), ``why-<verdict>`` for each verdict that the
    settings can lead to, and ``suggestion``.  ``quantities`` names the numbers of ``measured``.
    All are filled from :meth:`slots`, to which ``constants`` adds numbers of the measure itself.
    """

    key: str
    words: Words
    defaults: S
    quick: S
    control: S
    subject: tuple[str, ...]
    expected: Verdict
    measure: Callable[[S], Outcome | Generator[float, None, Outcome]]
    quantities: Mapping[str, Text]
    plot: Plot
    constants: Mapping[str, float] = field(default_factory=dict)

    @property
    def sentence(self) -> Text:
        return self.words["sentence"]

    @property
    def why(self) -> Mapping[Verdict, Text]:
        """The explanation that fits each verdict."""
        return {
            verdict: self.words[f"why-{verdict.value}"]
            for verdict in Verdict
            if f"why-{verdict.value}" in self.words
        }

    def run(self, settings: S) -> Outcome:
        """The outcome under these settings."""
        *_, last = self.laps(settings)
        assert last.outcome is not None
        return last.outcome

    def laps(self, settings: S) -> Iterator[Lap]:
        """The run, lap by lap; the last has the outcome."""
        measured = self.measure(settings)
        while not isinstance(measured, Outcome):
            try:
                yield Lap(next(measured))
            except StopIteration as end:
                measured = end.value
        yield Lap(1.0, measured)

    @property
    def takes_long(self) -> bool:
        """Whether a run takes long enough to be asked for: it then tells its progress."""
        return isgeneratorfunction(self.measure)

    @property
    def cheaper(self) -> tuple[str, ...]:
        """The names of the settings that a quick run has less of: seeds, rates, steps."""
        return self.changed(self.quick)

    def in_full(self, settings: S) -> S:
        """The same settings with all the seeds, rates and steps of the defaults."""
        started: Any = settings
        full: S = replace(started, **{name: getattr(self.defaults, name) for name in self.cheaper})
        return full

    def changed(self, settings: S) -> tuple[str, ...]:
        """The names of the settings that differ from the defaults."""
        return tuple(
            name
            for name in declared(settings)
            if getattr(settings, name) != getattr(self.defaults, name)
        )

    def slots(self, settings: S, outcome: Outcome, language: Language) -> dict[str, Any]:
        """What fills the words: the numbers measured, and each setting by its name.

        Of a choice the name that it chose is given, without what stands in brackets.
        """
        named: dict[str, Any] = {}
        for name, param in declared(settings).items():
            value = getattr(settings, name)
            if isinstance(param, Choice):
                named[name] = param.options[value].short[language]
            else:
                named[name] = value
        return {**named, **self.constants, **outcome.measured}

    def code(self, settings: S) -> str:
        """The lines of Python that run ``settings`` again and print the verdict and its numbers."""
        changed = [f"{name}={getattr(settings, name)!r}" for name in self.changed(settings)]
        chosen = "claim.defaults"
        lines = [
            "from dlbasic.claims import CLAIMS",
            "",
            f'claim = CLAIMS["{self.key}"]',
        ]
        if changed:
            chosen = f"replace({chosen}, {', '.join(changed)})"
            lines.insert(0, "from dataclasses import replace")
        return "\n".join(
            [
                *lines,
                f"settings = {chosen}",
                "outcome = claim.run(settings)",
                "print(outcome.verdict.value)",
                "print(dict(outcome.measured))",
            ]
        )
