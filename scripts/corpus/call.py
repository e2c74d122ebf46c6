"""Calls a function of a student's file from several processes and prints the shared values at the end.

``python3 call.py FILE ORDER``, where ORDER is the JSON of the naive judge's `_order`.
"""

from __future__ import annotations

import json
import runpy
import sys
from multiprocessing import get_context


def main() -> None:
    """Start a process for each call, join all, print the values."""
    order = json.loads(sys.argv[2])
    context = get_context("fork")
    things = {name: context.RawValue("i", value) for name, value in order["shared"].items()}
    locks = {name: context.Lock() for name in order["locks"]}
    function = runpy.run_path(sys.argv[1], run_name="submission")[order["name"]]
    processes = [
        context.Process(target=function, args=[_argument(item, things | locks) for item in call])
        for call in order["calls"]
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(*(things[name].value for name in order["shared"]))


def _argument(item: str | int, things: dict[str, object]) -> object:
    return things[item] if isinstance(item, str) else item


if __name__ == "__main__":
    main()
