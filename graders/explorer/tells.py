"""Where a source looks at how it is run, and makes something depend on it.

A hook can always be found by a program that looks for it: by modules, types, frames, descriptors, limits. No
run can then say what the program does where it finds none. But looking has to be written down, and a program
about shared data has no use for it. So a look that matters keeps a pass from being given; one that is only
printed, as in a log or a measurement, is nobody's business.

What may be used of the modules that see the machine is listed, not what may not: whatever is
missing from `tells_of.USED` counts as a look. So does code that is only made while the program runs.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from graders.explorer import tells_of
from graders.explorer.sourcetree import SourceTree, last_name

_MOST = 8
_TYPE = "looks at the type of an object"
_FILE = "looks at files of the system"
_WRITTEN_OUT = "looks at how an object is written out"
_A_DAY_OF_OURS = 1e9
"""Seconds since 1970; no number of a program about counters is as high, but in a test for overflow."""


@dataclass(frozen=True, slots=True)
class Tell:
    """A line that looks at how the program is run."""

    line: int
    what: str
    """What it does, such as "looks at the modules that are loaded"."""
    file: str = ""
    """Empty for the main file."""

    def __str__(self) -> str:
        place = f" of {self.file}" if self.file else ""
        return f"line {self.line}{place} {self.what}"


def tells(tree: ast.AST, files: Collection[str] = ()) -> list[Tell]:
    """Return the looks that may matter, in the order of their lines, the first few.

    `files` are the names of the modules that were handed in, which are read by themselves.
    """
    source = SourceTree.of(tree, exports=bool(files))
    found: dict[int, Tell] = {}
    for node, what in _looks(source, files):
        if node.lineno not in found and (what in tells_of.ACTS or source.matters(node)):
            found[node.lineno] = Tell(node.lineno, what)
    return [found[line] for line in sorted(found)][:_MOST]


def chooses(tree: ast.AST) -> bool:
    """Whether a program may go one way or another by a time, a number, a failure: by what may differ."""
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.Try) and node.handlers for node in nodes):
        return True
    told = any(_name_of_what_differs(node) in tells_of.DIFFERS for node in nodes)
    return told and any(isinstance(node, _BRANCHES) and not _is_main(node) for node in nodes)


def _name_of_what_differs(node: ast.AST) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Call(func=ast.Name(id=name)) | ast.alias(name="argv" as name):
            return name
        case _:
            return ""


_BRANCHES = (ast.If, ast.IfExp, ast.BoolOp, ast.While, ast.Match, ast.Subscript, ast.comprehension)


def _is_main(node: ast.AST) -> bool:
    """Whether it is ``if __name__ == "__main__"``."""
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case _:
            return False


Looks = Iterator[tuple[ast.expr | ast.stmt, str]]


def _looks(source: SourceTree, files: Collection[str]) -> Looks:
    for node in source.nodes:
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from _imports(node, files)
            case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
                yield from _names(source, node)
            case ast.Call():
                yield from _calls(source, node)
            case ast.Attribute(value=value, ctx=ast.Store()) if source.origin(value).count("."):
                yield node, f"tries whether {source.origin(value)} can be changed"
            case ast.Constant(value=str() | bytes() as text) if not _is_docstring(source, node):
                yield from _texts(node, text)
            case ast.FormattedValue(value=value) if _is_thing(source, value):
                yield node, _WRITTEN_OUT
            case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod(), right=value) if _is_thing(
                source, value
            ):
                yield node, _WRITTEN_OUT
            case ast.Compare():
                yield from _comparisons(source, node)


def _imports(node: ast.Import | ast.ImportFrom, files: Collection[str]) -> Looks:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if module in tells_of.WIDE and any(alias.name == "*" for alias in node.names):
            yield node, f"imports everything that {module} has"
        inner = [alias.name for alias in node.names if _is_foreign(module, alias.name)]
        if inner:
            yield node, f"reaches {inner[0]} by way of {module}"
        names = [module]
    else:
        names = [alias.name for alias in node.names]
    for name in names:
        top = name.partition(".")[0]
        if top and top not in files and top not in tells_of.MODULES:
            yield node, f"imports {name}"


def _is_foreign(module: str, name: str) -> bool:
    """Whether a module is reached by way of another that only uses it, such as ``logging.os``."""
    if not module or name in tells_of.USED.get(module, ()) or f"{module}.{name}" in tells_of.PLAIN:
        return False
    return name in tells_of.USED


def _names(source: SourceTree, node: ast.Name | ast.Attribute) -> Looks:
    name = node.id if isinstance(node, ast.Name) else node.attr
    origin = source.origin(node)
    module, _, last = origin.rpartition(".")
    above = source.parents.get(node)
    if origin in tells_of.PLAIN or not (origin or name in tells_of.SIGNS or name.startswith("_")):
        return
    own = source.is_own(node) if isinstance(node, ast.Name) else not origin and name in source.own
    if own and name not in tells_of.NEVER_OWN:
        return
    if name in tells_of.ANYWHERE or (origin and last in tells_of.ANYWHERE):
        yield node, tells_of.ANYWHERE.get(name) or tells_of.ANYWHERE[last]
    elif isinstance(node, ast.Name) and name in tells_of.ASKING and not _is_called(node, above):
        yield node, f"calls {name} by another name"
    elif module in tells_of.USED and not _used(module, last):
        yield node, f"uses {origin}"
    elif module and _is_foreign(module, last):
        yield node, f"reaches {last} by way of {module}"
    elif origin in tells_of.USED and not isinstance(above, ast.Attribute) and not _is_asked(above):
        yield node, f"hands {origin} on as a whole"
    elif (module or isinstance(node, ast.Attribute)) and _is_private(source, last or name):
        yield node, f"looks at the inner {last or name}"
    elif name in tells_of.INTROSPECTIVE and not _is_plainly_named(source, node):
        yield node, f"looks at {name}"


def _is_called(node: ast.expr, above: ast.AST | None) -> bool:
    return isinstance(above, ast.Call) and above.func is node


def _used(module: str, name: str) -> bool:
    allowed = tells_of.USED[module]
    return name in allowed or f"{module}.{name}" in tells_of.USED or name.startswith(tells_of.PREFIXES)


def _is_asked(call: ast.AST | None) -> bool:
    """Whether it is a `getattr` or `hasattr`, which are looked at as such."""
    return isinstance(call, ast.Call) and last_name(call.func) in ("getattr", "hasattr")


def _is_private(source: SourceTree, name: str) -> bool:
    if not name.startswith("_") or name.endswith("__"):
        return False
    return name not in source.own and name not in tells_of.PRIVATE


def _is_plainly_named(source: SourceTree, node: ast.Name | ast.Attribute) -> bool:
    """Whether it is only how something of the source's own is called, or what it holds."""
    match node:
        case ast.Name() | ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Attribute(value=value, attr="__name__" | "__doc__"):
            named = isinstance(value, ast.Name) and not source.origin(value)
            return named or last_name(value.func if isinstance(value, ast.Call) else value) in _CLASSES
        case _:
            return False


_CLASSES = ("type", "__class__")


def _calls(source: SourceTree, node: ast.Call) -> Looks:
    name = last_name(node.func)
    bare = isinstance(node.func, ast.Name) and name in tells_of.SIGNS and not source.is_own(node.func)
    if bare and name in ("getattr", "hasattr"):
        yield from _asked(source, node)
    elif bare and name in ("type", "isinstance", "setattr", "delattr") and node.args:
        yield from _tried(source, node, name)
    elif name in tells_of.WRITERS and any(_is_thing(source, value) for value in node.args):
        yield node, _WRITTEN_OUT
    elif name in tells_of.OPENERS and (bare or source.origin(node.func) or name == "open"):
        yield from _opened(source, node)
    elif name in ("loads", "load") and source.origin(node.func).startswith(("pickle.", "marshal.")):
        if node.args and isinstance(node.args[0], ast.Constant):
            yield node, "unpacks what was packed beforehand"
    elif name in ("attrgetter", "methodcaller"):
        yield node, "looks at attributes by their names"
    if node.keywords and source.origin(node.func) in tells_of.BUILT_IN:
        yield node, f"tries whether {source.origin(node.func)} takes names"
    named = {keyword.arg for keyword in node.keywords}
    if "fileno" in named:
        yield node, "looks at descriptors by their number"
    if "stacklevel" in named:
        yield node, tells_of.ANYWHERE["f_back"]


def _tried(source: SourceTree, node: ast.Call, name: str) -> Looks:
    """What something is, and whether it can be changed."""
    thing = source.origin(node.args[0])
    if name in ("setattr", "delattr"):
        if "." in thing:
            yield node, f"tries whether {thing} can be changed"
    elif name == "type":
        if len(node.args) == 1 and not _compares_with_plain(source, node):
            yield node, _TYPE
    elif len(node.args) == 2 and source.origin(node.args[1]).startswith("types."):
        yield node, _TYPE


def _opened(source: SourceTree, node: ast.Call) -> Looks:
    path = node.args[0] if node.args else None
    if not _is_plain_path(source, path) and not _only_writes(node):
        written = isinstance(path, ast.Constant)
        yield node, _FILE if written else "opens a file whose name is not written in the source"


def _comparisons(source: SourceTree, node: ast.Compare) -> Looks:
    """Words that differ between functions of C's and of Python's, and numbers nobody knows at home."""
    said = [part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id in source.caught]
    if said and not all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
        yield node, "looks at the words of an exception"
    if not any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops):
        return
    sides = [node.left, *node.comparators]
    constants = [side.value for side in sides if isinstance(side, ast.Constant)]
    if any(isinstance(number, int | float) and number >= _A_DAY_OF_OURS for number in constants):
        yield node, "looks at the day"
    if constants and any(_is_number_of_process(source, side) for side in sides):
        yield node, "looks at the number of its process"


def _is_number_of_process(source: SourceTree, node: ast.expr, depth: int = 0) -> bool:
    match node:
        case ast.Call(func=func):
            return last_name(func) in ("getpid", "get_native_id")
        case ast.Attribute(attr="pid" | "ident" | "native_id"):
            return True
        case ast.Name(id=name) if depth < 2 and (given := source.value_of(name)) is not None:
            return _is_number_of_process(source, given, depth + 1)
        case ast.BinOp(left=left, right=right):
            return any(_is_number_of_process(source, side, depth + 1) for side in (left, right))
        case _:
            return False


def _asked(source: SourceTree, node: ast.Call) -> Looks:
    """`getattr` and `hasattr` are as good as the attribute, when its name is written down."""
    thing = node.args[0] if node.args else None
    match node.args[1] if len(node.args) > 1 else None:
        case ast.Constant(value=str(name)) if thing is not None:
            origin = source.origin(thing)
            if name in tells_of.ANYWHERE:
                yield node, tells_of.ANYWHERE[name]
            elif origin in tells_of.USED and last_name(node.func) == "getattr" and not _used(origin, name):
                yield node, f"uses {origin}.{name}"
            elif name in tells_of.INTROSPECTIVE or (
                name.startswith("_") and not name.endswith("__") and name not in source.own | tells_of.PRIVATE
            ):
                yield node, f"looks at the inner {name}"
        case _ if isinstance(thing, ast.Name) and thing.id == "self":
            pass
        case _:
            yield node, "looks at an attribute whose name is not written in the source"


def _compares_with_plain(source: SourceTree, node: ast.Call) -> bool:
    """Whether a type is only compared with one of Python's plain ones, or of the source's own."""
    if isinstance(node.args[0], ast.Name) and node.args[0].id in ("self", "cls"):
        return True
    match source.parents.get(node):
        case ast.Compare(left=left, comparators=others):
            return all(
                other is node or (isinstance(other, ast.Name) and _is_plain_type(source, other.id))
                for other in (left, *others)
            )
        case _:
            return False


def _is_plain_type(source: SourceTree, name: str) -> bool:
    return name in tells_of.PLAIN_TYPES or (name in source.own)


def _is_thing(source: SourceTree, node: ast.expr) -> bool:
    """Whether an expression is a function, class or object of a module's, and no number or text."""
    if source.origin(node):
        return True
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_thing(source, part) for part in node.elts)
    if isinstance(node, ast.Name):
        given = source.value_of(node.id)
        return given is not None and bool(_made_by(source, given))
    return False


def _made_by(source: SourceTree, node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return source.origin(node)
    made = source.origin(node.func)
    return made if made.startswith(("multiprocessing.", "ctypes.", "threading.")) else ""


# -- files --------------------------------------------------------------------------------------


def _is_plain_path(source: SourceTree, path: ast.expr | None, depth: int = 0) -> bool:
    """Whether it can be seen that a path leads to no file of the kernel's."""
    if depth > 4:
        return False
    match path:
        case ast.Constant(value=str() | bytes() as text):
            return bool(text) and _leads_home(_decoded(text))
        case ast.Constant(value=int()):
            return False
        case ast.Name(id=name):
            return name == "__file__" or _is_plain_path(source, source.value_of(name), depth + 1)
        case ast.JoinedStr(values=[first, *_]) | ast.BinOp(left=first):
            return _is_plain_path(source, first, depth + 1)
        case ast.Call(func=func, args=[first, *_]) if last_name(func) in tells_of.PATHS:
            return _is_plain_path(source, first, depth + 1)
        case ast.Call(func=func):
            return source.origin(func).startswith("tempfile.")
        case ast.Attribute(value=value):
            return _is_plain_path(source, value, depth + 1)
        case _:
            return False


def _leads_home(path: str) -> bool:
    return ".." not in path and (not path.startswith("/") or path.startswith(tells_of.OWN_PLACES))


def _only_writes(node: ast.Call) -> bool:
    if last_name(node.func) != "open" or not isinstance(node.func, ast.Name):
        return False
    mode = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
    match mode:
        case [ast.Constant(value=str(text))]:
            return "r" not in text and "+" not in text
        case _:
            return False


def _texts(node: ast.Constant, text: str | bytes) -> Looks:
    name = _decoded(text)
    if any(sign in name for sign in tells_of.KERNEL_PATHS) and not name.startswith(tells_of.OWN_PLACES):
        yield node, _FILE


def _decoded(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("latin-1")


def _is_docstring(source: SourceTree, node: ast.Constant) -> bool:
    return isinstance(source.parents.get(node), ast.Expr)
