"""What a claim is: declared settings, a run, an outcome with its verdict, and its words."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from inspect import isgeneratorfunction
from typing import Any, Generic, TypeVar

import pandas as pd

from dlbasic.params import Choice, Declared, declared
from dlbasic.text import Language, Text
from dlbasic.words import Words

S = TypeVar("S", bound=Declared)


class Verdict(Enum):
    """What the measurement says of the claim, as the article writes it.

    It holds where the measurement supports it; what "can" be or "mostly" is, where ordinary
    settings show it.  It is conditional where it speaks of every case and ordinary settings
    disagree, and contradicted where they say otherwise.
    """

    HOLDS = "holds"
    CONDITIONAL = "conditional"
    CONTRADICTED = "contradicted"


# How a verdict is said: a sign and a word.  One that holds up to a limit has words of its own.
SAID = {
    "holds": Text(ko="✓ 맞음", en="✓ holds"),
    "limited": Text(ko="✓ 맞음 · 한계 있음", en="✓ holds up to a limit"),
    "conditional": Text(ko="◐ 조건부", en="◐ depends"),
    "contradicted": Text(ko="✗ 틀림", en="✗ contradicted"),
}
_LIMIT = Text(ko="한계.", en="Limit.")


@dataclass(frozen=True)
class Outcome:
    """What one run gave: the rows behind the chart, the numbers, and the verdict they lead to.

    ``limited`` says that the claim holds up to a limit, which was measured, too: it stops at a
    setting that is within reach.  A number that a run does not have is left out of ``measured``.
    Runs are cached and shared: treat the frame as read-only.
    """

    frame: pd.DataFrame
    measured: Mapping[str, float]
    verdict: Verdict
    limited: bool = False

    @property
    def said(self) -> str:
        """The key in ``SAID`` of what is said of the sentence."""
        return "limited" if self.limited else self.verdict.value


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


def band(value: float, limits: Mapping[str, float]) -> str:
    """The first name whose limit the value does not pass; the last where it passes all.

    >>> band(0.2, {"few": 0.1, "half": 0.6, "most": 1.0})
    'half'
    """
    return next((name for name, limit in limits.items() if value <= limit), [*limits][-1])


@dataclass(frozen=True)
class Claim(Generic[S]):
    """One sentence of the article, measured.

    ``measure(settings)`` takes any instance of the settings dataclass, of which ``defaults`` (the
    declared ones) and ``control`` (the same measurement under settings that make it come out
    differently, so that the check can fail) are two.  It gives the outcome; one that takes long is
    a generator, which yields the share done on the way and returns the outcome.  The verdict is
    computed from the numbers that were measured; ``expected`` is the one the defaults gave when
    this was written, and a test compares the two.  ``subject`` names the settings that say what
    the claim is about: once one of them is changed, the run measures something else by the claim's
    measure.  ``thresholds`` names what the verdict leans on and could have been chosen otherwise:
    constants of the claim's module (a number or several) and numeric settings such as a learning
    rate.  A test moves each by a quarter, and the verdict stays.

    ``words`` are the Markdown beside the claim's module.  On the closed card stand ``sentence``
    (the article's, in our own words), ``slip`` (where the article's own words are not quite right,
    what is), ``deciding`` (the number that decides; ``deciding-<verdict>`` where a verdict needs
    other words) and ``limit`` (where a claim that holds stops holding); on the open one
    ``why-<verdict>`` for each verdict that the settings can lead to and ``suggestion``; behind a
    fold ``reading`` (how it was judged).  ``slip`` and ``limit`` are there where there is something
    to say.  Before all that the reader may predict: ``question`` has the answers ``answer-<name>``
    in the words' order, ``right`` names the one that the numbers measured at the defaults bear
    out, and ``wrong-<name>`` says of each other what lies behind it; ``because`` gives the number
    for it, where the card has another.  ``quantities`` names the numbers of ``measured``.  All are
    filled from :meth:`slots`, to which ``constants`` adds numbers of the measure itself.
    """

    key: str
    words: Words
    defaults: S
    control: S
    subject: tuple[str, ...]
    expected: Verdict
    measure: Callable[[S], Outcome | Generator[float, None, Outcome]]
    quantities: Mapping[str, Text]
    plot: Plot
    right: Callable[[Mapping[str, float]], str]
    constants: Mapping[str, float] = field(default_factory=dict)
    thresholds: tuple[str, ...] = ()

    @property
    def answers(self) -> Mapping[str, Text]:
        """The answers to its question by name."""
        return {
            part.removeprefix("answer-"): text
            for part, text in self.words.parts.items()
            if part.startswith("answer-")
        }

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

    def deciding(self, verdict: Verdict) -> Text:
        """The words of the number that decides."""
        own = f"deciding-{verdict.value}"
        return self.words[own if own in self.words else "deciding"]

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

    def brief(self, settings: S, outcome: Outcome, language: Language) -> dict[str, str]:
        """What is said of the sentence at a glance, by part, as Markdown.

        The article's wording put right, the number that decides, the limit, where there is one.
        """
        parts = {"slip": self.words["slip"]} if "slip" in self.words else {}
        parts["deciding"] = self.deciding(outcome.verdict)
        if outcome.limited:
            parts["limit"] = self.words["limit"]
        slots = self.slots(settings, outcome, language)
        said = {name: text.fill(language, slots) for name, text in parts.items()}
        if outcome.limited:
            said["limit"] = f"**{_LIMIT[language]}** {said['limit']}"
        return said

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
