"""A lab's folder: ``lab.toml``, ``README.md``, the starter. The format is told in docs/labs.md."""

from __future__ import annotations

import ast
import dataclasses
import re
import warnings
from typing import Any

from graders.content.functions import read_function
from graders.content.own_properties import check_source
from graders.content.reading import Source
from graders.content.rubric import read_rubric
from graders.content.table import MAX_TITLE, SLUG, Problems, Table
from graders.content.tests import read_tests
from graders.errors import ContentError
from graders.lab import DEFAULT_FREE_RUNS, CheckSpec, ExploreBudget, Lab, Style
from graders.limits import Limits
from graders.properties import PROPERTIES, own

_PYTHON_FILE = (r"[A-Za-z_][A-Za-z0-9_]{0,59}\.py", "a file name such as counter.py")
_UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def read_lab(folder: Source, course: str, slug: str) -> Lab:
    """Read ``labs/SLUG``; raises `ContentError` with everything that is wrong there."""
    base = f"labs/{slug}"
    problems = Problems()
    top = Table(folder.toml(f"{base}/lab.toml"), folder.name(f"{base}/lab.toml"), "", problems)
    style = Style(top.one_of("style", [style.value for style in Style], Style.PROGRAM.value))
    tests, checks = read_tests(folder, base, problems) if style is Style.PYTEST else ({}, _checks(top))
    lab = Lab(
        course=course,
        slug=slug,
        title=top.string("title", most=MAX_TITLE),
        style=style,
        file=top.string("file", slug.replace("-", "_") + ".py", _PYTHON_FILE),
        text=_task(folder, f"{base}/README.md", problems),
        starter=_starter(folder, f"{base}/starter.py", problems),
        checks=checks,
        limits=_limits(top.table("limits")),
        free_runs=top.integer("free_runs", DEFAULT_FREE_RUNS, 1, 100),
        explore=_explore(top.table("explore")),
        function=read_function(top.table("function")) if style is Style.FUNCTION else None,
        rubric=read_rubric(top),
        tests=tests,
    )
    lab = _with_own_property(lab, folder, f"{base}/{own.FILE}", problems)
    if style is not Style.FUNCTION and top.has("function"):
        top.problem("function", 'no [function] table, or style = "function"')
    if style is Style.PYTEST and top.has("check"):
        top.problem("check", "no [[check]] in a lab of the style pytest: its tests are its checks")
    # Read with the course's own, by `graders.content.rules`.
    top.has("rules")
    top.close()
    problems.settle()
    _check_starter(lab, folder.name(f"{base}/starter.py"))
    return lab


def _with_own_property(lab: Lab, folder: Source, file: str, problems: Problems) -> Lab:
    checks = [check for check in lab.checks if check.property == "python"]
    if not checks:
        return lab
    try:
        source = folder.text(file)
    except ContentError as problem:
        problems.add(problem)
        return lab
    if wrong := check_source(source, checks):
        problems.add(ContentError(folder.name(file), *wrong))
    return dataclasses.replace(lab, own_property=source)


def without_heading(text: str) -> str:
    """Return Markdown without the first-level heading it may begin with: pages show the title."""
    return re.sub(r"\A\s*# [^\n]*\n+", "", text)


def _task(folder: Source, file: str, problems: Problems) -> str:
    text = without_heading(_text(folder, file, problems))
    if not text.strip():
        problems.add(ContentError(folder.name(file), "", "the task in Markdown; it is empty"))
    return text


def _starter(folder: Source, file: str, problems: Problems) -> str:
    return _text(folder, file, problems)


def _text(folder: Source, file: str, problems: Problems) -> str:
    try:
        return folder.text(file)
    except ContentError as problem:
        problems.add(problem)
        return "-"


def _checks(top: Table) -> tuple[CheckSpec, ...]:
    checks = []
    seen: set[str] = set()
    for table in top.tables("check"):
        check = CheckSpec(
            id=table.string("id", form=SLUG),
            title=table.string("title", most=MAX_TITLE),
            points=table.number("points", low=0, high=1000),
            property=table.one_of("property", PROPERTIES),
            with_=table.plain("with"),
        )
        table.close()
        _check_property(table, check)
        if check.id in seen:
            table.problem("id", f"an id of its own; {check.id!r} is taken")
        seen.add(check.id)
        checks.append(check)
    if not checks:
        top.problem("check", "at least one [[check]]")
    elif not sum(check.points for check in checks):
        top.problem("check", "points for at least one [[check]]")
    return tuple(checks)


def _check_property(table: Table, check: CheckSpec) -> None:
    try:
        PROPERTIES[check.property].validate(check)
    except ContentError as problem:
        # The property knows the check by its id; the author looks for the place in the file.
        table.problem(problem.key.removeprefix(f"checks.{check.id}."), problem.expected)


def _limits(table: Table) -> Limits:
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Limits):
        if not table.has(field.name):
            continue
        if field.name.endswith("_bytes"):
            values[field.name] = _bytes(table, field.name)
        elif field.name.endswith("_seconds"):
            values[field.name] = table.number(field.name, low=0.1, high=600)
        else:
            values[field.name] = table.integer(field.name, low=1, high=4096)
    table.close()
    limits = Limits(**values)
    if limits.run_seconds > limits.wall_seconds:
        table.problem("run_seconds", f"at most wall_seconds, which is {limits.wall_seconds:g}")
    return limits


def _bytes(table: Table, key: str) -> int:
    expected = 'a size such as "64 KiB" or "256 MiB", up to 4 GiB'
    value = table.anything(key, expected)
    match = re.fullmatch(r"(\d{1,9}) ?(B|KiB|MiB|GiB)", value) if isinstance(value, str) else None
    size = int(match[1]) * _UNITS[match[2]] if match else value
    if type(size) is int and 1 <= size <= 4 * 1024**3:
        return size
    table.problem(key, f"{expected}, not {value!r}"[:200])
    return 1


def _explore(table: Table) -> ExploreBudget:
    usual = ExploreBudget()
    budget = ExploreBudget(
        runs=table.integer("runs", usual.runs, 0, 100_000),
        seconds=table.number("seconds", usual.seconds, 0, 600),
    )
    table.close()
    return budget


def _check_starter(lab: Lab, file: str) -> None:
    """A starter that is no Python, or lacks the function it is about, would send everybody astray."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(lab.starter)
    except SyntaxError as problem:
        raise ContentError(file, f"line {problem.lineno}", f"valid Python: {problem.msg}") from None
    except (RecursionError, MemoryError):
        raise ContentError(file, "", "Python that is nested less deeply") from None
    if not lab.function:
        return
    arity = len(lab.function.calls[0].arguments)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == lab.function.name:
            if len(node.args.posonlyargs) + len(node.args.args) != arity:
                raise ContentError(file, lab.function.name, f"{arity} parameters, as in [[function.call]]")
            return
    raise ContentError(file, lab.function.name, "a function of this name")
