"""What the explorer wants to know of a source without running it.

Parsing hostile text can break a parser, so this runs in a child under the students' uid, and what
it says is taken as the student's own word: it names things, and can only make a pass claim less.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from graders.harness.site import interleave_inspect

_SHARED_ATTRIBUTES = frozenset({"value", "raw", "contents"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one source file."""

    variables: dict[int, dict[str, str]] = field(default_factory=dict)
    """The names that assignments at a line give to what is called there, by who is called."""
    branch: int = 0
    """First line whose branch may depend on a shared value; 0 when there is none."""
    start: int | None = None
    """Value the first shared integer begins with, where it is written as a number."""
    unhooked: tuple[str, ...] = ()
    """What is shared without an attribute to hook, see `shim.opcodes`: ``threads``, ``buffers``."""

    @classmethod
    def of(cls, source: str) -> Facts:
        """Read a source; raises whatever the parser raises."""
        tree = ast.parse(source)
        start = interleave_inspect.inspect(source)["start"]
        return cls(_variables(tree), _branch(tree), start if type(start) is int else None, _unhooked(tree))

    def to_json(self) -> dict[str, Any]:
        """Return plain values; JSON's keys are text."""
        return {
            "variables": {str(line): names for line, names in self.variables.items()},
            "branch": self.branch,
            "start": self.start,
            "unhooked": self.unhooked,
        }

    @classmethod
    def from_json(cls, data: Any) -> Facts:
        """Read what `to_json` gave; raises `ValueError` on anything else."""
        try:
            variables = {
                int(line): {str(callee): str(name)[:80] for callee, name in names.items()}
                for line, names in data["variables"].items()
            }
            unhooked = tuple(word for word in UNHOOKED if word in data["unhooked"])
            start = data["start"]
            return cls(variables, int(data["branch"]), start if type(start) is int else None, unhooked)
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"no facts: {problem}") from None


UNHOOKED = {
    "threads": {"threading", "Thread", "ThreadPool", "ThreadPoolExecutor", "Timer"},
    "buffers": {"SharedMemory", "ShareableList", "mmap", "frombuffer", "memmove", "memset", "from_buffer"}
    | {
        "memoryview",
        "cast",
        "addressof",
        "POINTER",
        "pointer",
        "byref",
        "from_address",
        "__get__",
        "__set__",
    },
}
"""Names in a source by which it is known what it shares."""


def _unhooked(tree: ast.AST) -> tuple[str, ...]:
    names = {name for node in ast.walk(tree) for name in _names(node)}
    return tuple(word for word, signs in UNHOOKED.items() if names & signs)


def _names(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.alias(name=name):
            return name.split(".")
        case ast.ImportFrom(module=str(name)):
            return name.split(".")
        case _:
            return []


def _variables(tree: ast.AST) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[target, *_], value=value) | ast.AnnAssign(target=target, value=value):
                for name, call in _assigned(target, value):
                    for line in range(call.lineno, (call.end_lineno or call.lineno) + 1):
                        found.setdefault(line, {}).setdefault(_callee(call), name)
    return found


def _assigned(target: ast.expr, value: ast.expr | None) -> list[tuple[str, ast.Call]]:
    """Return the names that are given the result of a call, also one by one from a tuple."""
    match target, value:
        case ast.Name(id=name), ast.Call():
            return [(name, value)]
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            return [
                pair for one, other in zip(targets, values, strict=True) for pair in _assigned(one, other)
            ]
        case _:
            return []


def _callee(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _branch(tree: ast.AST) -> int:
    tainted = _tainted(tree)
    lines = [test.lineno for node in ast.walk(tree) for test in _tests(node) if _reads_shared(test, tainted)]
    return min(lines, default=0)


def _tainted(tree: ast.AST) -> set[str]:
    """Return the names that may hold what was read from a shared value, to a fixed point."""
    tainted: set[str] = set()
    while True:
        before = len(tainted)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr):
                continue
            if node.value is not None and _reads_shared(node.value, tainted):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                tainted |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        if len(tainted) == before:
            return tainted


def _tests(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
            return [node.test]
        case ast.comprehension():
            return [*node.ifs, node.iter]
        case ast.For():
            return [node.iter]
        case ast.Match():
            return [node.subject]
        case ast.BoolOp():
            return node.values
        case ast.Subscript():
            return [node.slice]
        case _:
            return []


def _reads_shared(node: ast.expr, tainted: set[str]) -> bool:
    return any(
        (isinstance(part, ast.Attribute) and part.attr in _SHARED_ATTRIBUTES)
        or (isinstance(part, ast.Name) and part.id in tainted)
        for part in ast.walk(node)
    )
