"""Which lines only add to a shared value, and which only wait for a lock, found in the syntax tree.

``x.value += e``, ``x.value = x.value + e``, and the same through a local variable, where `e` does not
depend on anything shared: what such a line adds is the same whatever it finds.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from graders.explorer.taint import tainted_names

_RECEIVES = frozenset({"get", "recv", "recv_bytes"})


@dataclass(frozen=True, slots=True)
class _Scope:
    """A function, or the module."""

    own: tuple[ast.stmt, ...]
    """Its statements, not those of functions within."""
    tainted: Collection[str]
    """Names that may hold what came from shared memory or a message."""


def additive(tree: ast.AST) -> frozenset[int]:
    """Return the lines of writes that only add."""
    tainted = tainted_names(tree)
    scopes = [
        _Scope(tuple(_own(node)), tainted)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module)
    ]
    return frozenset(node.lineno for scope in scopes for node in scope.own if _adds(node, scope))


def _own(function: ast.AST) -> list[ast.stmt]:
    """Return the statements of a function, not those of functions within."""
    found: list[ast.stmt] = []
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.stmt):
            found.append(node)
        waiting.extend(ast.iter_child_nodes(node))
    return found


def _adds(node: ast.stmt, scope: _Scope) -> bool:
    match node:
        case ast.AugAssign(target=ast.Attribute() | ast.Subscript(), op=ast.Add() | ast.Sub(), value=amount):
            return _plain(amount, scope)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target], value=value):
            return _adds_to(target, value, scope)
        case _:
            return False


def _adds_to(target: ast.expr, value: ast.expr, scope: _Scope) -> bool:
    """Whether `value` is what `target` holds plus something plain, perhaps by way of a local variable."""
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (_holds(left, target, scope) and _plain(right, scope)) or (
                _holds(right, target, scope) and _plain(left, scope)
            )
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _holds(left, target, scope) and _plain(right, scope)
        case ast.Name():
            return _holds(value, target, scope)
        case _:
            return False


def _holds(node: ast.expr, target: ast.expr, scope: _Scope) -> bool:
    """Whether an expression is what `target` held when it was read, with plain amounts added."""
    if ast.unparse(node) == ast.unparse(target):
        return True
    if not isinstance(node, ast.Name):
        return False
    assigned = [s for s in scope.own if _assigns(s, node.id)]
    return bool(assigned) and all(_keeps(s, node.id, target, scope) for s in assigned)


def _keeps(statement: ast.stmt, name: str, target: ast.expr, scope: _Scope) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name()], value=value):
            if ast.unparse(value) == ast.unparse(target):
                return True
            return (
                isinstance(value, ast.BinOp)
                and isinstance(value.op, ast.Add | ast.Sub)
                and ast.unparse(value.left) in (name, ast.unparse(target))
                and _plain(value.right, scope)
            )
        case ast.AugAssign(op=ast.Add() | ast.Sub(), value=amount):
            return _plain(amount, scope)
        case _:
            return False


def _assigns(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets=targets):
            return any(isinstance(n, ast.Name) and n.id == name for t in targets for n in ast.walk(t))
        case ast.AugAssign(target=ast.Name(id=other)) | ast.AnnAssign(target=ast.Name(id=other)):
            return other == name
        case ast.For(target=target):
            return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target))
        case _:
            return False


def _plain(node: ast.expr, scope: _Scope) -> bool:
    """Whether an amount depends on nothing shared: constants, names that hold none, and sums of these."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return _plain(operand, scope)
        case ast.BinOp(left=left, right=right):
            return _plain(left, scope) and _plain(right, scope)
        case ast.Name(id=name):
            assigned = [s for s in scope.own if _assigns(s, name)]
            return name not in scope.tainted and all(_plain_statement(s) for s in assigned)
        case _:
            return False


def _plain_statement(statement: ast.stmt) -> bool:
    """Whether what a statement gives to a name is a constant, itself plus one, or a count."""
    match statement:
        case ast.Assign(value=ast.Constant()):
            return True
        case ast.AugAssign(value=ast.Constant()):
            return True
        case ast.For(iter=ast.Call(func=ast.Name(id="range"))):
            return True
        case _:
            return False


def spins(tree: ast.AST) -> frozenset[int]:
    """Return the lines of acquires that are tried until they succeed, with nothing done in between.

    ``while not lock.acquire(False): pass`` is an acquire that waits. So is a loop that goes on to its
    work only where the lock was got, and else does nothing but rest.
    """
    found: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.While(test=ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call), body=body, orelse=[]):
                rests = _is_acquire(call) and all(_rests(statement) for statement in body)
                found |= {call.lineno} if rests else set()
            case ast.While(test=ast.Constant(value=True), body=body):
                for statement in body:
                    match statement:
                        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call), body=rest):
                            if _is_acquire(call) and all(_rests(s) for s in rest):
                                found.add(call.lineno)
    return frozenset(found)


def _is_acquire(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "acquire"


def _rests(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue():
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="sleep") | ast.Name(id="sleep"))):
            return True
        case _:
            return False


def sums_messages(tree: ast.AST) -> bool:
    """Whether every message is added up or thrown away, so that the order of messages does not matter."""
    harmless: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=call):
                harmless.add(id(call))
            case ast.AugAssign(op=ast.Add(), value=call):
                harmless.add(id(call))
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp() | ast.ListComp() as each]):
                harmless.add(id(each.elt))
    received = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RECEIVES
    ]
    return all(id(node) in harmless for node in received)
