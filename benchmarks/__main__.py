"""``python -m benchmarks engine|live|pages [--rounds N] [--json]``."""

from __future__ import annotations

import argparse
import json
from typing import Any

from benchmarks import engine, live, pages

BENCHMARKS = {"engine": engine, "live": live, "pages": pages}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument(
        "--rounds", type=int, default=30,
        help="how often each work is timed; of live: the seconds that a class watches",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    arguments = parser.parse_args()
    benchmark = BENCHMARKS[arguments.name]
    rows: list[dict[str, Any]] = benchmark.measure(arguments.rounds)
    print(json.dumps(rows, indent=1) if arguments.json else benchmark.table(rows))


if __name__ == "__main__":
    main()
