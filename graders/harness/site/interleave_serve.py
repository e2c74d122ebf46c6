"""Calls functions of the student's file when it is told to. Runs under the student's uid.

Holds nothing that decides: it answers calls, and whoever asked judges the answers. Both sides speak JSON,
a line each; values that JSON does not know are written as ``{"TYPE": ...}``, so a dict is one of those too.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from typing import Any

_SEQUENCES: dict[str, Any] = {"tuple": tuple, "set": set, "frozenset": frozenset}


def encode(value: Any) -> Any:
    """Return a plain value as JSON knows it; raises `TypeError` on anything that is more than data."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return {"float": value.hex()} if value != value or value in (float("inf"), -float("inf")) else value
    if kind is list:
        return [encode(item) for item in value]
    if kind.__name__ in _SEQUENCES and kind is _SEQUENCES[kind.__name__]:
        return {kind.__name__: [encode(item) for item in value]}
    if kind is dict:
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if kind is bytes:
        return {"bytes": value.hex()}
    known = "numbers, texts, bytes, lists, tuples, sets and dicts"
    raise TypeError(f"{kind.__name__}, where only {known} can be compared")


def decode(value: Any) -> Any:
    """Return what `encode` was given; raises `ValueError` or `TypeError` on anything it never writes."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    if kind in _SEQUENCES:
        return _SEQUENCES[kind](decode(item) for item in held)
    if kind == "dict":
        return {decode(key): decode(item) for key, item in held}
    if kind == "bytes":
        return bytes.fromhex(held)
    if kind == "float":
        return float.fromhex(held)
    raise ValueError(f"{kind!r} is no kind of value")


def main() -> None:
    """Answer one call after the other until nobody asks any more."""
    asked, answers = (int(word) for word in sys.argv[1:3])
    sys.path.insert(0, os.getcwd())
    with open(asked, encoding="utf-8") as questions, open(answers, "w", encoding="utf-8") as out:
        for line in questions:
            reply = _answer(json.loads(line))
            sys.stdout.flush()
            print(json.dumps(reply), file=out, flush=True)


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        function = getattr(_module(asked["module"], asked["file"]), asked["name"], None)
        if not callable(function):
            return {"missing": asked["name"]}
        given = decode(asked["arguments"])
        value = function(*given[0], **given[1])
    except Exception as problem:  # noqa: BLE001 - the student's own, told to whoever asked
        told = [kind.__name__ for kind in type(problem).__mro__]
        return {"raised": told, "message": str(problem)[:2000], "line": _line(problem)}
    try:
        return {"value": encode(value)}
    except (TypeError, RecursionError) as problem:
        return {"odd": str(problem)}


def _module(name: str, file: str) -> Any:
    """Import a file under the name that the tests know it by: students call their files as they like."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, os.path.join(os.getcwd(), file))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def _line(problem: BaseException) -> int | None:
    """Return the last line of the student's own files that the exception has come through."""
    line, trace = None, problem.__traceback__
    while trace:
        if os.path.dirname(trace.tb_frame.f_code.co_filename) == os.getcwd():
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


if __name__ == "__main__":
    # Under its own name it would hide a file of the student's; as the main program it hides nothing.
    del sys.path[0]
    main()
