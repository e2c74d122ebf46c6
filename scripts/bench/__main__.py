"""``python -m scripts.bench``: measure, print the table, say which bars are met."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from scripts.bench.measure import Plan, measure
from scripts.bench.rows import aligned, markdown


def main() -> int:
    """Return 0 when every bar is met, else 1."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: minutes become one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON too")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table as Markdown too")
    parser.add_argument(
        "--only",
        choices=("starts", "latency", "throughput", "costs", "leaks", "pages"),
        help="measure one part alone",
    )
    wishes = parser.parse_args()
    plan = Plan.quick() if wishes.quick else Plan()
    rows = measure(plan, wishes.only, lambda text: print(f"  {text} ...", file=sys.stderr, flush=True))
    print(machine())
    print(aligned(rows))
    if wishes.json:
        wishes.json.write_text(
            json.dumps({"machine": machine(), "rows": [row.to_json() for row in rows]}, indent=1) + "\n"
        )
    if wishes.markdown:
        wishes.markdown.write_text(f"{machine()}\n\n{markdown(rows)}\n")
    return 1 if any(row.met is False for row in rows) else 0


def machine() -> str:
    """Name this machine: numbers mean nothing without it."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} CPUs ({cpu}), Linux {platform.release().partition('-')[0]}, "
        f"Python {platform.python_version()}; load when it ended {load:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
