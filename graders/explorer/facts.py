"""What the explorer wants to know of a source without running it.

Parsing hostile text can break a parser, so this runs in a child under the students' uid, and what
it says is taken as the student's own word: it names things, and can only make a pass claim less.
"""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graders.explorer.names import Names
from graders.explorer.points import BY_NAME
from graders.explorer.taint import branches, questions
from graders.explorer.tells import Tell, chooses, tells
from graders.explorer.updates import additive, spins, sums_messages
from graders.explorer.world import ControlledRun
from graders.harness.site import interleave_inspect

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one source file. The defaults are those of a file that cannot be read."""

    variables: dict[int, dict[str, str]] = field(default_factory=dict)
    """The names that assignments at a line give to what is called there, by who is called."""
    branches: dict[int, frozenset[int]] = field(default_factory=dict)
    """Lines whose branch may depend on a shared value, and the lines where that is read."""
    questions: dict[str, int] = field(default_factory=dict)
    """Questions to primitives whose answer may depend on the schedule, and the first line of each."""
    additive: frozenset[int] = frozenset()
    """Lines that add to what they have read, whatever it is."""
    spins: frozenset[int] = frozenset()
    """Lines where a lock is tried until it is got, with nothing done in between."""
    sums_messages: bool = False
    """Whether messages that are received are only added up, or thrown away."""
    start: int | None = 0
    """Value the first shared integer begins with, where it is written as a number."""
    unhooked: tuple[str, ...] = ()
    """What is shared without an attribute to hook, see `shim.opcodes`: ``threads``, ``buffers``."""
    fields: tuple[str, ...] = ()
    """Names of the fields of the only structure there is."""
    watched: frozenset[str] = frozenset()
    """Names of `interleave_inspect` that occur."""
    identifiers: tuple[str, ...] = ()
    tells: tuple[Tell, ...] = ()
    """Where it looks at how it is run, so that something may depend on it."""
    chooses: bool = False
    """Whether it may go one way or another by something that is not the same in every run."""
    whole: bool = False
    """Whether every file could be read."""

    @classmethod
    def of(cls, source: str, others: Mapping[str, str] | None = None) -> Facts:
        """Read a source; raises whatever the parser raises.

        `others` are further files by name. The program may import them, and they are searched for tells only.
        """
        further = others or {}
        modules = {name.removesuffix(".py") for name in further}
        tree = ast.parse(source)
        found = interleave_inspect.inspect(source)
        start, unhooked = found["start"], _unhooked(tree)
        seen = tells(tree, modules)
        seen += [tell for name in further for tell in _told(name, further[name], modules)]
        names: Any = found["names"]
        return cls(
            _variables(tree),
            branches(tree),
            questions(tree),
            additive(tree),
            spins(tree),
            sums_messages(tree),
            start if type(start) is int else None,
            unhooked,
            _fields(tree),
            frozenset(names),
            tuple(sorted(set(re.findall(r"[^\W\d]\w*", source)))) if unhooked else (),
            tuple(seen),
            bool(seen) or chooses(tree),
            True,
        )

    def looks(self) -> str:
        """Return in words where the program looks at how it is run; empty when it does not."""
        return str(self.tells[0]) if self.tells else ""

    def names(self, run: ControlledRun, given: Mapping[int, str], locks: Sequence[str] = ()) -> Names:
        """Return what the student calls things in `run`; `given` and `locks` are names the harness gave."""
        numbers = {BY_NAME << 24 | zlib.crc32(name.encode()) & 0xFFFFFF: name for name in self.identifiers}
        numbers[BY_NAME << 24 | zlib.crc32(b"[]") & 0xFFFFFF] = "the shared buffer"
        return Names(run, self.variables, given, locks, numbers, self.fields)

    def to_json(self) -> dict[str, Any]:
        """Return plain values; JSON's keys are text."""
        return {
            "variables": {str(line): names for line, names in self.variables.items()},
            "branches": {str(line): sorted(sources) for line, sources in self.branches.items()},
            "questions": self.questions,
            "additive": sorted(self.additive),
            "spins": sorted(self.spins),
            "sums_messages": self.sums_messages,
            "start": self.start,
            "unhooked": self.unhooked,
            "fields": self.fields,
            "watched": sorted(self.watched),
            "identifiers": self.identifiers,
            "tells": [(tell.line, tell.what, tell.file) for tell in self.tells],
            "chooses": self.chooses,
            "whole": self.whole,
        }

    @classmethod
    def from_json(cls, data: Any) -> Facts:
        """Read what `to_json` gave; raises `ValueError` on anything else."""
        try:
            variables = {
                int(line): {str(callee): str(name)[:_LONGEST_NAME] for callee, name in names.items()}
                for line, names in data["variables"].items()
            }
            start = data["start"]
            return cls(
                variables,
                {int(line): frozenset(map(int, sources)) for line, sources in data["branches"].items()},
                {str(word)[:_LONGEST_NAME]: int(line) for word, line in data["questions"].items()},
                frozenset(map(int, data["additive"])),
                frozenset(map(int, data["spins"])),
                data["sums_messages"] is True,
                start if type(start) is int else None,
                tuple(word for word in UNHOOKED if word in data["unhooked"]),
                _words(data["fields"]),
                frozenset(_words(data["watched"])),
                _words(data["identifiers"]),
                tuple(
                    Tell(int(line), *(str(word)[:_LONGEST_NAME] for word in (what, file)))
                    for line, what, file in data["tells"]
                ),
                data["chooses"] is True,
                data["whole"] is True,
            )
        except (KeyError, TypeError, AttributeError, OverflowError) as problem:
            raise ValueError(f"no facts: {problem}") from None


def _told(name: str, source: str, modules: Collection[str]) -> list[Tell]:
    """Return the tells of a further file; one that is no Python cannot be imported and tells nothing."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return [replace(tell, file=name) for tell in tells(tree, modules)]


def _words(found: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(word)[:_LONGEST_NAME] for word in found)


UNHOOKED = {
    "threads": {"threading", "Thread", "ThreadPool", "ThreadPoolExecutor", "Timer", "dummy", "_thread"},
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


_REACHING = frozenset(
    {
        "os",
        "io",
        "sys",
        "open",
        "ctypes",
        "signal",
        "subprocess",
        "pathlib",
        "shutil",
        "socket",
        "exec",
        "eval",
    }
    | {"builtins", "posix", "importlib", "__import__", "__builtins__", "glob", "tempfile", "fcntl", "mmap"}
    | {"coding"}
)
"""Names without one of which a program cannot reach a process beside it."""


def may_reach_the_reader(source: str) -> bool:
    """Whether a program could answer for the process that reads it, while that goes on; false is certain."""
    return bool(_REACHING & set(re.findall(r"\w+", source)))


def may_be_unhooked(source: str) -> bool:
    """Whether a source may have what needs opcode mode; false is certain."""
    words = set(re.findall(r"\w+", source))
    return any(words & signs for signs in UNHOOKED.values())


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
                        here, callee = found.setdefault(line, {}), _callee(call)
                        here[callee] = f"{here[callee]},{name}" if callee in here else name
    return found


def _assigned(target: ast.expr, value: ast.expr | None) -> list[tuple[str, ast.Call]]:
    """Return the names that are given the result of a call, also one by one from a tuple."""
    match target, value:
        case ((ast.Name(id=name) | ast.Attribute(attr=name)), ast.Call()):
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


def _fields(tree: ast.AST) -> tuple[str, ...]:
    """Return the names of the fields of the source's structure, if it has exactly one."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id="_fields_")], value=ast.List() | ast.Tuple() as value):
                found.append(tuple(_field(item) for item in value.elts))
    return found[0] if len(found) == 1 else ()


def _field(item: ast.expr) -> str:
    match item:
        case ast.Tuple(elts=[ast.Constant(value=str(name)), *_]):
            return name
        case _:
            return "?"
