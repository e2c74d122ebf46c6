"""A lab's ``property.py``: is what its checks need there? Nothing of it is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence

from graders.lab import CheckSpec
from graders.properties.own import name_of


def check_source(source: str, checks: Sequence[CheckSpec]) -> tuple[str, str] | None:
    """Return place and expectation of what is wrong in a ``property.py``, without running it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        return f"line {line}" if line else "", f"valid Python: {problem}"
    except (RecursionError, MemoryError):
        return "", "Python that is nested less deeply"
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for spec in checks:
        name = name_of(spec)
        if name not in known:
            return name, f"a function {name}(run), for the check {spec.id!r}"
        if not _fits(known[name].args, set(spec.with_)):
            given = ", ".join(["run", *spec.with_])
            return name, f"a function that can be called as {name}({given}), by the names of with"
    return None


def _fits(arguments: ast.arguments, given: set[str]) -> bool:
    plain = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if not plain:
        return arguments.vararg is not None and (not given or arguments.kwarg is not None)
    optional = len(arguments.defaults)
    named = {argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)} - {plain[0]}
    needed = set(plain[1 : len(plain) - optional] if optional else plain[1:])
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    needed |= {argument.arg for argument, default in pairs if default is None}
    return needed <= given and (given <= named or arguments.kwarg is not None)
