"""Which branches may depend on what other processes have done, found in the syntax tree.

A value is tainted when it may come from shared memory or a message. The search is for the whole
file, to a fixed point, without looking at which variable is meant where: it finds too many branches
rather than too few.
"""

from __future__ import annotations

import ast
from collections import defaultdict

_SHARED = frozenset({"value", "raw", "contents", "get", "recv", "get_obj", "buf"})
"""Attributes by which shared values and messages are read."""

_QUESTIONS = frozenset(
    {"is_alive", "active_children", "is_set", "clear", "empty", "full", "qsize", "get_nowait", "put_nowait"}
    | {"poll", "locked", "n_waiting", "broken", "get_value", "wait_for", "notify", "ready", "successful"}
    | {"as_completed", "imap_unordered", "add_done_callback", "notify_all", "reset", "abort", "done"}
    | {"running", "cancel"}
)
"""Questions to primitives whose answer may depend on the schedule."""

_CHANCE = frozenset(
    {"getpid", "current_process", "time", "monotonic", "perf_counter", "now", "random", "randint", "choice"}
    | {"uniform", "randrange", "shuffle", "get", "recv", "poll", "exists", "read", "readline"}
)
"""What differs from run to run without being read from shared memory."""

ELSEWHERE = 0
"""Stands for the line of something that no read of shared memory tells of."""

Lines = dict[str, set[int]]


def branches(tree: ast.AST) -> dict[int, frozenset[int]]:
    """Return the lines of branches that may depend on shared values, with the lines where these are read."""
    tainted = tainted_names(tree)
    found: dict[int, set[int]] = defaultdict(set)
    for node in ast.walk(tree):
        for test in _tests(node):
            sources = _sources(test, tainted)
            # To wait until a time has come does nothing that others could notice.
            if not (sources == {ELSEWHERE} and isinstance(node, ast.While) and _idles(node)):
                found[test.lineno] |= sources
    return {line: frozenset(sources) for line, sources in found.items() if sources}


def _idles(node: ast.While) -> bool:
    return all(isinstance(statement, ast.Pass) for statement in node.body)


def questions(tree: ast.AST) -> dict[str, int]:
    """Return what is asked whose answer may depend on the schedule, and at which line first."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _QUESTIONS:
            found[node.attr] = min(node.lineno, found.get(node.attr, node.lineno))
    return found


def tainted_names(tree: ast.AST) -> Lines:
    """Return the names that may hold what was read from a shared value, and where it was read."""
    tainted: Lines = defaultdict(set)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    while True:
        before = sum(map(len, tainted.values()))
        for node in ast.walk(tree):
            _spread(node, functions, tainted)
        for function in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                    tainted[function.name] |= _sources(node.value, tainted)
        if sum(map(len, tainted.values())) == before:
            return {name: lines for name, lines in tainted.items() if lines}


def _spread(node: ast.AST, functions: list[ast.FunctionDef | ast.AsyncFunctionDef], tainted: Lines) -> None:
    match node:
        case ast.Assign(targets=targets, value=value):
            _taint(targets, _sources(value, tainted), tainted)
        case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            _taint([target], _sources(value, tainted), tainted)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            _taint([target], _sources(value, tainted), tainted)
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            _taint([target], _sources(value, tainted), tainted)
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            _taint([target], _sources(value, tainted), tainted)
        case ast.Call(func=func, args=args, keywords=keywords):
            given = [*args, *(keyword.value for keyword in keywords)]
            sources = set().union(*(_sources(value, tainted) for value in given)) if given else set()
            name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            for function in functions if sources else ():
                if function.name == name:
                    for argument in ast.walk(function.args):
                        if isinstance(argument, ast.arg):
                            tainted[argument.arg] |= sources


def _taint(targets: list[ast.expr], sources: set[int], tainted: Lines) -> None:
    for target in targets if sources else ():
        match target:
            case ast.Name(id=name):
                tainted[name] |= sources
            case ast.Attribute(attr=name) if name not in _SHARED:
                tainted[name] |= sources
            case ast.Subscript(value=ast.Name(id=name)):
                tainted[name] |= sources
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                _taint(parts, sources, tainted)
            case ast.Starred(value=part):
                _taint([part], sources, tainted)


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


def _sources(node: ast.expr, tainted: Lines) -> set[int]:
    """Return the lines where what an expression depends on is read; empty when on nothing shared."""
    found: set[int] = set()
    for part in ast.walk(node):
        match part:
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in _CHANCE:
                found.add(ELSEWHERE)
            case ast.Call(func=ast.Name(id=name)) if name in _CHANCE:
                found.add(ELSEWHERE)
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in _SHARED:
                found.add(part.lineno)
            case ast.Subscript(ctx=ast.Load()) if _may_be_shared(part):
                found.add(part.lineno)
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                found |= tainted.get(name, set())
    return found


def _may_be_shared(part: ast.Subscript) -> bool:
    """Whether a subscript may be one of a shared array: any but one of a literal or of ``sys.argv``."""
    match part.value:
        case ast.Attribute(attr="argv") | ast.List() | ast.Tuple() | ast.Dict() | ast.Constant():
            return False
        case _:
            return True
