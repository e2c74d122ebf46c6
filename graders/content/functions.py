"""The ``[function]`` table of a function-style lab."""

from __future__ import annotations

from graders.content.table import IDENTIFIER, Table
from graders.lab import CallGroup, FunctionSpec, Range

LARGEST = 1_000_000
"""Bound of start values and parameters: thousands of calls still fit a C int."""


def read_function(table: Table) -> FunctionSpec:
    """Read the function and what it is called with; problems are noted in the table."""
    spec = FunctionSpec(
        name=table.string("name", form=IDENTIFIER),
        shared=_ranges(table.table("shared")),
        locks=table.strings("locks", (), IDENTIFIER),
        parameters=_ranges(table.table("parameters")),
        calls=tuple(_call(call) for call in table.tables("call")),
    )
    table.close()
    _check_names(table, spec)
    if not spec.shared:
        table.problem("shared", "at least one shared value, such as shared = { r = [0, 1000] }")
    if not spec.calls:
        table.problem("call", "at least one [[function.call]]")
    for number, call in enumerate(spec.calls, start=1):
        _check_call(table, f"call[{number}]", spec, call)
    return spec


def _ranges(table: Table) -> dict[str, Range]:
    for name in table.names():
        if not name.isidentifier():
            table.problem(name, "a Python name for it")
    ranges = {name: table.range(name, -LARGEST, LARGEST) for name in table.names()}
    table.close()
    return ranges


def _call(table: Table) -> CallGroup:
    call = CallGroup(
        processes=table.range("processes", 1, 64),
        arguments=table.strings("arguments", form=IDENTIFIER),
        effect=table.plain("effect"),
    )
    table.close()
    return call


def _check_names(table: Table, spec: FunctionSpec) -> None:
    seen: set[str] = set()
    for key, names in (("shared", spec.shared), ("locks", spec.locks), ("parameters", spec.parameters)):
        for name in names:
            if name in seen:
                table.problem(key, f"names that differ; {name!r} stands for two things")
            seen.add(name)


def _check_call(table: Table, key: str, spec: FunctionSpec, call: CallGroup) -> None:
    known = [*spec.shared, *spec.locks, *spec.parameters]
    for name in call.arguments:
        if name not in known:
            table.problem(f"{key}.arguments", f"names from {', '.join(known)}, not {name!r}")
    if len(call.arguments) != len(spec.calls[0].arguments):
        table.problem(f"{key}.arguments", f"{len(spec.calls[0].arguments)} names, as in the first call")
    for name, change in call.effect.items():
        if name not in spec.shared or name not in call.arguments:
            table.problem(f"{key}.effect.{name}", "a shared value among the call's arguments")
        if not _is_change(change, spec, call):
            expected = "a whole number, or a parameter among the arguments, such as amount or -amount"
            table.problem(f"{key}.effect.{name}", f"{expected}, not {change!r}"[:200])


def _is_change(change: object, spec: FunctionSpec, call: CallGroup) -> bool:
    if type(change) is int:
        return abs(change) <= LARGEST
    if not isinstance(change, str):
        return False
    name = change.removeprefix("-")
    return name in spec.parameters and name in call.arguments
