"""Reads a student's source without running it, under the student's uid, and says what is in it.

Prints one line of JSON: ``{"start": 0, "names": ["alarm"]}``. `start` is the value the first shared
integer begins with, `null` when it is not written down as a number; `names` are those of the
watched names that occur.
"""

from __future__ import annotations

import ast
import json
import sys

_SHARED = {"RawValue", "Value", "RawArray", "Array", "ShareableList"}
_TIMERS = {"alarm", "setitimer", "timerfd_create"}
_PRINTERS = {"print_exc", "print_exception", "exception", "format_exc"}
_WATCHED = {"fork", *_TIMERS, *_PRINTERS}

_BYTES = {"pack_into": 3, "pack": 1, "to_bytes": 0}
"""Which argument of what makes bytes of a number is the number."""
_MESSAGES = {"put": 0, "put_nowait": 0, "send": 0}
_KEPT = {"SharedMemory", "mmap", "Manager", "SyncManager", "BaseManager", "open"}
"""Where a value may be kept, so that a message may be anything, such as a token."""
_AGAIN = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.Lambda, ast.FunctionDef, ast.ClassDef)

Known = dict[str, int | None]


def inspect(source: str) -> dict[str, object]:
    """Return what is in the source; raises `SyntaxError` and whatever else the parser does."""
    tree = ast.parse(source)
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _name(n.func) in _SHARED]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    names = {name for node in ast.walk(tree) if (name := _name(node))} & _WATCHED
    known = _constants(tree)
    start = _start(calls[0], known) if calls else _put_there(tree, known)
    return {"start": start, "names": sorted(names)}


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.alias):
        return node.name
    return node.attr if isinstance(node, ast.Attribute) else None


def _put_there(tree: ast.Module, known: Known) -> int | None:
    """Return the number that the main program puts somewhere, where no type begins with one.

    As in ``struct.pack_into("i", buffer, 0, 500)`` or ``queue.put(500)``. What is put in a loop is
    work for others; several numbers tell nothing.
    """
    elsewhere = {name for node in ast.walk(tree) if (name := _name(node))} & _KEPT
    for places in (_BYTES, *([] if elsewhere else [_MESSAGES])):
        given = [argument for call in _once(tree.body) if (argument := _moved(call, places)) is not None]
        numbers = [number for node in given if (number := _integer(node, known)) is not None]
        if numbers and (places is _BYTES or len(numbers) == 1):
            return numbers[0]
    return _registered(tree, known) if "BaseManager" in elsewhere else 0


def _registered(tree: ast.Module, known: Known) -> int | None:
    """Return the one number that an object begins with whose class the program gives a manager to keep."""
    begun = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            values = (n.value for n in ast.walk(node) if isinstance(n, ast.Assign))
            begun += [number for value in values if (number := _integer(value, known)) is not None]
    return begun[0] if len(begun) == 1 else 0


def _moved(call: ast.Call, places: dict[str, int]) -> ast.expr | None:
    """Return what a call puts somewhere."""
    name = _name(call.func)
    if name == "to_bytes" and name in places and isinstance(call.func, ast.Attribute):
        return call.func.value
    place = places.get(name or "")
    return call.args[place] if place is not None and place < len(call.args) else None


def _once(body: list[ast.stmt]) -> list[ast.Call]:
    """Return the calls that the main program makes once, also in a function that it calls by its name."""
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    found: list[ast.Call] = []
    waiting: list[ast.AST] = [node for node in body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, _AGAIN):
            continue
        if isinstance(node, ast.Call):
            found.append(node)
            called = functions.pop(node.func.id, None) if isinstance(node.func, ast.Name) else None
            waiting += called.body if called is not None else []
        waiting += ast.iter_child_nodes(node)
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _constants(tree: ast.AST) -> Known:
    """Return the names that are assigned exactly once, and that to a literal integer."""
    stores = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    found: Known = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if stores.count(name) == 1:
                found[name] = _integer(value, {})
    return found


def _integer(node: ast.expr, known: Known) -> int | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if type(value) is int else None


def _start(call: ast.Call, known: Known) -> int | None:
    kind = _name(call.func)
    arguments = call.args if kind == "ShareableList" else call.args[1:]
    given = arguments[0] if arguments else None
    for keyword in call.keywords:
        if keyword.arg in ("value", "size_or_initializer", "sequence"):
            given = keyword.value
    if given is None:
        return 0
    if kind in ("RawValue", "Value"):
        return _integer(given, known)
    if isinstance(given, ast.List | ast.Tuple):
        return _integer(given.elts[0], known) if given.elts else 0
    return 0  # An array of so many zeros.


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(inspect(file.read())))
