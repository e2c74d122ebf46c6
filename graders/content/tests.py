"""The hidden tests of a lab of the style ``pytest``: each function is a check. Nothing of them is run.

A test's points and what students are shown of it stand in its markers, which are read as they are written:
``@pytest.mark.points(2)``, and ``@pytest.mark.shown``, ``@pytest.mark.shown("diff")`` or
``@pytest.mark.shown("output")``.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from graders.content.reading import Source
from graders.content.table import MAX_TITLE, SLUG, Problems
from graders.errors import ContentError
from graders.lab import CheckSpec

FOLDER = "tests"
MAX_TESTS = 200
MAX_BYTES = 512 * 1024
"""Of all test files together: they travel with every submission."""
SHOWN = ("diff", "output")
_FILE = r"[A-Za-z_][A-Za-z0-9_]*\.py"


def read_tests(folder: Source, base: str, problems: Problems) -> tuple[dict[str, str], tuple[CheckSpec, ...]]:
    """Return the test files by name, and a check for each test function; problems are noted."""
    place = f"{base}/{FOLDER}"
    files = dict(_sources(folder, place, problems))
    checks: dict[str, CheckSpec] = {}
    for name, source in files.items():
        if not re.fullmatch(r"test_.*\.py", name):
            continue
        for key, found in _checks(name, source):
            told = folder.name(f"{place}/{name}")
            if isinstance(found, str):
                problems.add(ContentError(told, key, found))
            elif found.id in checks:
                problems.add(ContentError(told, key, "a name of its own; another test has it already"))
            else:
                checks[found.id] = found
    if not checks:
        problems.add(ContentError(folder.name(place), "", "test_*.py with at least one function test_*"))
    elif not sum(check.points for check in checks.values()):
        problems.add(ContentError(folder.name(place), "", "points for at least one test"))
    if len(checks) > MAX_TESTS:
        problems.add(ContentError(folder.name(place), "", f"at most {MAX_TESTS} tests, not {len(checks)}"))
    return files, tuple(checks.values())


def _sources(folder: Source, place: str, problems: Problems) -> Iterator[tuple[str, str]]:
    total = 0
    for name in folder.names(place):
        if name.startswith((".", "__pycache__")):
            continue
        told = folder.name(f"{place}/{name}")
        if not re.fullmatch(_FILE, name):
            problems.add(ContentError(told, "", "a Python file, with a name such as test_values.py"))
            continue
        try:
            source = folder.text(f"{place}/{name}")
        except ContentError as problem:
            problems.add(problem)
            continue
        total += len(source.encode())
        if total > MAX_BYTES:
            problems.add(ContentError(told, "", f"at most {MAX_BYTES // 1024} KiB in all tests together"))
            return
        yield name, source


def _checks(file: str, source: str) -> Iterator[tuple[str, CheckSpec | str]]:
    """Yield each test's key with its check, or with what was expected there."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError as problem:
        yield f"line {problem.lineno}", f"valid Python: {problem.msg}"
        return
    except (RecursionError, MemoryError):
        yield "", "Python that is nested less deeply"
        return
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield node.name, "tests as functions: those of a class have no points of their own"
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name, "a plain function, not an async one"
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, _check(file, node)


def _check(file: str, node: ast.FunctionDef) -> CheckSpec | str:
    name = node.name.removeprefix("test_").replace("_", "-")
    if not re.fullmatch(SLUG[0], name):
        return f"a name of lower-case letters, digits and single underscores after test_, not {node.name!r}"
    points, shown = 1.0, set[str]()
    for marker, arguments in _markers(node):
        if marker == "points":
            number = arguments[0] if len(arguments) == 1 else None
            if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1000:
                return "one number from 0 to 1000, written out, in pytest.mark.points"
            points = float(number)
        elif marker == "shown":
            if not all(argument in SHOWN for argument in arguments):
                return f"{' or '.join(map(repr, SHOWN))} in pytest.mark.shown, or nothing for both"
            shown |= {str(argument) for argument in arguments or SHOWN}
    first = (ast.get_docstring(node) or "").partition("\n")[0].strip()
    title = first or name.replace("-", " ").capitalize()
    if len(title) > MAX_TITLE:
        return f"a first line of at most {MAX_TITLE} characters in its docstring"
    return CheckSpec(name, title, points, "test", {"test": f"{file}::{node.name}", "shown": sorted(shown)})


def _markers(node: ast.FunctionDef) -> Iterator[tuple[str, list[object]]]:
    """Yield the markers of a test with their arguments; one that is not written out is an Ellipsis."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        target = call.func if call else decorator
        if not (isinstance(target, ast.Attribute) and ast.unparse(target.value) == "pytest.mark"):
            continue
        given = [*call.args, *(keyword.value for keyword in call.keywords)] if call else []
        yield target.attr, [one.value if isinstance(one, ast.Constant) else ... for one in given]
