"""A syntax tree, with what has to be known of all of it at once: what names stand for, where values go.

As in `graders.explorer.taint` it is not looked at which variable is meant where, and the idea is turned
round: a value goes everywhere unless all of its ways end in what is shown.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from graders.explorer import tells_of

_NOTED = (
    *(ast.Name, ast.Attribute, ast.arg, ast.Assign, ast.Import, ast.ImportFrom, ast.ExceptHandler),
    *(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
)


@dataclass
class SourceTree:
    """A syntax tree, with what has to be known of all of it at once."""

    tree: ast.AST
    exports: bool = False
    """Whether another file may import it."""
    nodes: list[ast.AST] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    """What imported names stand for, such as ``os.path``."""
    loads: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, list[ast.expr | None]] = field(default_factory=lambda: defaultdict(list))
    """What each name is given; `None` for what is not said, as with parameters and loops."""
    caught: set[str] = field(default_factory=set)
    """Names of exceptions in handlers."""
    deleted: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    """Attributes, functions and classes that the source itself makes."""

    @classmethod
    def of(cls, tree: ast.AST, exports: bool = False) -> SourceTree:
        """Walk the tree once and note what is found."""
        source = cls(tree, exports)
        source.nodes.append(tree)
        for node in source.nodes:
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.expr_context):
                    source.parents[child] = node
                    source.nodes.append(child)
            if isinstance(node, _NOTED):
                source._note(node)
        return source

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._note_import(node)
            case ast.ExceptHandler(name=str(name)):
                self.caught.add(name)
            case ast.Name(id=name, ctx=ast.Load()):
                self.loads[name].append(node)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self.own.add(name)
            case ast.Name(id=name, ctx=ast.Del()):
                self.deleted.add(name)
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self.own.add(name)
                self.values[name].append(None)
            case ast.arg(arg=name):
                self.values[name].append(None)
            case ast.Name(id=name, ctx=ast.Store()):
                self.own.add(name)
                self.values[name].append(None)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                # Its own `Name` adds a `None`, which is taken back here.
                self.values[name] += [value, value]

    def _note_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                self._import(alias.asname or alias.name, f"{node.module or ''}.{alias.name}")
            else:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                self._import(alias.asname or whole, whole)

    def _import(self, name: str, origin: str) -> None:
        # One name may stand for two modules: then it stands for the one that sees more.
        if self.origins.get(name, "").partition(".")[0] not in tells_of.USED:
            self.origins[name] = origin

    def is_own(self, node: ast.Name) -> bool:
        """Whether a name certainly stands for something of the source's own where it is read.

        It does where a function binds it, which makes it local, and where the file has bound it before.
        """
        name, top = node.id, ast.AST()
        above: ast.AST | None = node
        while above is not None:
            if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and _binds(above, name):
                return True
            if isinstance(above, ast.stmt):
                top = above
            above = self.parents.get(above)
        if name in self.deleted:
            return False
        before = (s for s in getattr(self.tree, "body", []) if s.lineno < getattr(top, "lineno", 0))
        return any(name in _bound_by(statement) for statement in before)

    def value_of(self, name: str) -> ast.expr | None:
        """Return the one expression that a name is ever given; `None` when there is not just one."""
        given = self.values.get(name, [])
        known = [value for value in given if value is not None]
        return known[0] if len(known) == 2 and len(given) == 3 else None

    def origin(self, node: ast.expr) -> str:
        """Return what an expression stands for, such as ``sys.modules``; empty for what is no import's."""
        match node:
            case ast.Name(id=name):
                return self.origins.get(name, "")
            case ast.Attribute(value=value, attr=name):
                there = self.origin(value)
                return f"{there}.{name}" if there else ""
            case _:
                return ""

    def matters(self, look: ast.AST, seen: frozenset[str] = frozenset()) -> bool:
        """Whether what `look` gives may go anywhere but into what is shown."""
        node = look
        while True:
            above = self.parents.get(node)
            match above:
                case None:
                    return True
                case ast.arg() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.AnnAssign() if _annotates(
                    above, node
                ):
                    return False
                case ast.Expr():
                    return self.may_be_caught(above)
                case ast.Call(func=func) if node is not func and _shows(func):
                    return self.may_be_caught(above)
                case ast.Call(func=func) if node is not func and not _keeps(func):
                    return True
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
                    return self._is_seen_outside(above) or self._goes_on(above, name, seen)
                case ast.Return():
                    name = self._returns_from(above)
                    return not name or self._goes_on(above, name, seen)
                case ast.Subscript(slice=index) if node is index:
                    return True
                case (
                    ast.Call()
                    | ast.Attribute(ctx=ast.Load())
                    | ast.Subscript(ctx=ast.Load())
                    | ast.BinOp()
                    | ast.UnaryOp(op=ast.USub())
                    | ast.FormattedValue()
                    | ast.JoinedStr()
                    | ast.keyword()
                ):
                    node = above
                case _:
                    return True

    def _goes_on(self, node: ast.AST, name: str, seen: frozenset[str]) -> bool:
        """Whether what `name` is given at `node` matters, here or wherever the name is read."""
        if name in seen:
            return False
        return self.may_be_caught(node) or any(self.matters(load, seen | {name}) for load in self.loads[name])

    def _is_seen_outside(self, node: ast.AST) -> bool:
        """Whether a name that is given a value at `node` can be read as an attribute elsewhere."""
        scope = self._scope(node)
        return isinstance(scope, ast.ClassDef) or (self.exports and isinstance(scope, ast.Module))

    def _returns_from(self, node: ast.AST) -> str:
        """Return the name of the plain function that returns at `node`; empty for any other."""
        scope = self._scope(node)
        if not isinstance(scope, ast.FunctionDef) or scope.decorator_list:
            return ""
        return "" if self._is_seen_outside(scope) else scope.name

    def _scope(self, node: ast.AST) -> ast.AST | None:
        above = self.parents.get(node)
        while above is not None and not isinstance(above, (ast.Module, *_SCOPES)):
            above = self.parents.get(above)
        return above

    def may_be_caught(self, node: ast.AST | None) -> bool:
        """Whether a failure at `node` is noticed by the program: to fail is an answer too."""
        while node is not None:
            above = self.parents.get(node)
            if isinstance(above, ast.Try) and above.handlers and node in above.body:
                return True
            node = above
        return False


def _binds(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str) -> bool:
    arguments = function.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    if any(argument is not None and argument.arg == name for argument in every):
        return True
    body = [] if isinstance(function, ast.Lambda) else function.body
    parts = [part for statement in body for part in _same_scope(statement)]
    elsewhere = {n for part in parts if isinstance(part, ast.Global | ast.Nonlocal) for n in part.names}
    return name not in elsewhere and any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Store) for part in parts
    )


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what belongs to the scope of `node`: what is inside of further functions does not."""
    yield node
    if not isinstance(node, _SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _same_scope(child)


_SCOPES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


def _bound_by(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return [name]
        case _:
            return []


def _annotates(above: ast.AST, node: ast.AST) -> bool:
    match above:
        case ast.arg():
            return True
        case ast.AnnAssign(annotation=annotation):
            return node is annotation
        case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
            return node is returns
        case _:
            return False


def _shows(func: ast.expr) -> bool:
    """Whether a call shows what it is given, and does nothing else with it."""
    return last_name(func) in tells_of.SHOWS


def _keeps(func: ast.expr) -> bool:
    """Whether a call gives back what it was given in another form."""
    return last_name(func) in tells_of.KEEPS


def last_name(node: ast.expr) -> str:
    """Return the name that a name or an attribute ends with; empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
