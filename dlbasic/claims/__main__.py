"""Measures every sentence and prints the ledger: ``python -m dlbasic.claims``.

It ends with 1 where a verdict is not the expected one, and names the claim.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from io import TextIOWrapper
from multiprocessing import active_children, get_context

from dlbasic.claims import CLAIMS, HEADINGS, SAID, Outcome
from dlbasic.claims.ledger import FILE, as_data, as_text, measure, seeded, write
from dlbasic.text import LANGUAGES, Language

WIDTH = 100  # of a line of text, at most
BAR = 30  # signs of the progress bar
STOPPED = 130  # what a shell says of a command that Ctrl-C has ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, compare; the exit code."""
    asked = _read(arguments)
    keys = [key for key in CLAIMS if key in (asked.only or CLAIMS)]
    try:
        outcomes = _measured(keys, asked.seed)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return STOPPED
    if isinstance(sys.stdout, TextIOWrapper):  # a file on Windows has no Korean and no signs
        sys.stdout.reconfigure(encoding="utf-8")
    data = as_data(outcomes, asked.seed)
    print(as_text(data) if asked.json else "\n".join(_table(outcomes, asked.seed, asked.lang)))
    turned = [key for key in keys if outcomes[key].verdict is not CLAIMS[key].expected]
    for key in turned:
        found, expected = outcomes[key].verdict.value, CLAIMS[key].expected.value
        print(f"{key}: the verdict is {found}, expected was {expected}", file=sys.stderr)
    if asked.write and not turned:
        print(f"{FILE.name}: {'written' if write(data) else 'as it was'}", file=sys.stderr)
    return 1 if turned else 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m dlbasic.claims",
        description="Measure the article's sentences at the settings of their verdicts.",
    )
    parser.add_argument("--only", type=_keys, metavar="KEY,…", help="these claims alone")
    parser.add_argument("--seed", type=_seed, help="another seed wherever chance plays")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the ledger")
    parser.add_argument("--json", action="store_true", help="print verdicts and numbers as JSON")
    parser.add_argument(
        "--write", action="store_true", help=f"write {FILE.name}, which the overview shows"
    )
    asked = parser.parse_args(arguments)
    if asked.write and (asked.only or asked.seed is not None):
        parser.error("--write takes all claims at their own settings: no --only, no --seed")
    return asked


def _keys(text: str) -> list[str]:
    keys = [key.strip() for key in text.split(",")]
    unknown = [key for key in keys if key not in CLAIMS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no claim is named {', '.join(map(repr, unknown))}; there are {', '.join(CLAIMS)}"
        )
    return keys


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on, not {text!r}")
    return int(text)


def _measured(keys: Sequence[str], seed: int | None) -> dict[str, Outcome]:
    """The outcomes by key, worked out on every core, under a bar."""
    workers = min(os.cpu_count() or 1, len(keys))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        # Ctrl-C is for the command, which then ends those that it has begun.
        usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
        found = {key: pool.submit(measure, key, seed) for key in keys}
        signal.signal(signal.SIGINT, usual)
        try:
            _bar(0, len(keys))
            for done, _ in enumerate(as_completed(found.values()), start=1):
                _bar(done, len(keys))
        except KeyboardInterrupt:
            for child in active_children():
                child.terminate()
            raise
    print(file=sys.stderr)
    return {key: future.result() for key, future in found.items()}


def _bar(done: int, of: int) -> None:
    full = BAR * done // of
    print(f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{of}", end="", file=sys.stderr, flush=True)


def _table(outcomes: Mapping[str, Outcome], seed: int | None, language: Language) -> Iterator[str]:
    """The ledger in lines: headings, sentences with verdict, numbers and limit; the counts."""
    width = min(shutil.get_terminal_size().columns, WIDTH)
    for heading, keys in HEADINGS:
        shown = [key for key in keys if key in outcomes]
        if shown:
            yield f"== {heading[language]}\n"
        for key in shown:
            claim, outcome = CLAIMS[key], outcomes[key]
            yield f"{SAID[outcome.said][language]}  ({key})"
            parts = claim.brief(seeded(claim, seed), outcome, language).values()
            for text, indent in ((claim.sentence[language], 2), *((part, 4) for part in parts)):
                yield from _wrapped(text, width, " " * indent)
            yield ""
    counts = Counter(outcome.said for outcome in outcomes.values())
    yield " · ".join(f"{words[language]} {counts[said]}" for said, words in SAID.items())


def _wrapped(markdown: str, width: int, indent: str) -> Iterator[str]:
    """Text in lines; a Korean letter is two columns wide, which ``textwrap`` does not know."""
    line = ""
    for word in markdown.replace("**", "").replace("\u2060", "").split():
        longer = f"{line} {word}" if line else indent + word
        if line and _columns(longer) > width:
            yield line
            longer = indent + word
        line = longer
    yield line


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


if __name__ == "__main__":
    sys.exit(main())
