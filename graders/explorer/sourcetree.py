"""A syntax tree, with what has to be known of all of it at once: what names stand for, and where values go.

As in `graders.explorer.taint` it is not looked at which variable is meant where, and the idea is turned round: a
value goes everywhere unless all of its ways end in what is shown.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from graders.explorer import tells_of


@dataclass
class SourceTree:
    """A syntax tree, with what has to be known of all of it at once."""

    tree: ast.AST
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    """What imported names stand for, such as ``os.path``."""
    loads: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, list[ast.expr | None]] = field(default_factory=lambda: defaultdict(list))
    """What each name is given; `None` for what is not said, as with parameters and loops."""
    own: set[str] = field(default_factory=set)
    """Attributes, functions and classes that the source itself makes."""

    @classmethod
    def of(cls, tree: ast.AST) -> SourceTree:
        """Walk the tree once and note what is found."""
        source = cls(tree)
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                source.parents[child] = node
            source._note(node)
        return source

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.origins[alias.asname or whole] = whole
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    self.origins[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Name(id=name, ctx=ast.Load()):
                self.loads[name].append(node)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                self.own.add(name)
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
                case ast.Expr():
                    return self._may_be_caught(above)
                case ast.Call(func=func) if node is not func and _shows(func):
                    return self._may_be_caught(above)
                case ast.Call(func=func) if node is not func and not _keeps(func):
                    return True
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
                    return name not in seen and (
                        self._may_be_caught(above)
                        or any(self.matters(load, seen | {name}) for load in self.loads[name])
                    )
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

    def _may_be_caught(self, node: ast.AST | None) -> bool:
        """Whether a failure at `node` is noticed by the program: to fail is an answer too."""
        while node is not None:
            above = self.parents.get(node)
            if isinstance(above, ast.Try) and above.handlers and node in above.body:
                return True
            node = above
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
