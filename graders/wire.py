"""Dataclasses to plain JSON values and back, driven by their annotations.

The sandbox image holds nothing but Python and this package, so no validation library is at hand
there. Both directions are strict: an unknown key or a value of another type is an error that names
its place, because the other side of the wire may be hostile.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


class WireError(ValueError):
    """A JSON value that is not of the expected shape; the message names the place."""


def dump(value: Any) -> Any:
    """Return `value` (dataclasses, enums, tuples, dicts, plain values) as plain JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: dump(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump(item) for item in value]
    return value


def load(kind: type[T], value: Any, where: str = "$") -> T:
    """Build a `kind` from plain JSON values; raises `WireError` naming the place that is off."""
    return typing.cast(T, _load(kind, value, where))


def _load(kind: Any, value: Any, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _load_union(typing.get_args(kind), value, where)
    if origin is tuple:
        item, *_ = typing.get_args(kind)
        return tuple(_load(item, v, f"{where}[{i}]") for i, v in enumerate(_expect(list, value, where)))
    if origin is list:
        (item,) = typing.get_args(kind)
        return [_load(item, v, f"{where}[{i}]") for i, v in enumerate(_expect(list, value, where))]
    if origin is dict:
        _, item = typing.get_args(kind)
        return {k: _load(item, v, f"{where}.{k}") for k, v in _expect(dict, value, where).items()}
    if dataclasses.is_dataclass(kind):
        return _load_dataclass(kind, _expect(dict, value, where), where)
    if kind is Any:
        return value
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            names = ", ".join(repr(member.value) for member in kind)
            raise WireError(f"{where}: expected one of {names}, not {_show(value)}") from None
    if kind is float:
        return _load_float(value, where)
    return _expect(kind, value, where)


def _load_float(value: Any, where: str) -> float:
    # Python reads NaN and Infinity, but they are no JSON, and databases refuse them.
    try:
        number = float(value) if type(value) in (int, float) else math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise WireError(f"{where}: expected a finite number, not {_show(value)}")
    return number


def _load_union(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    problems = []
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return _load(kind, value, where)
        except WireError as problem:
            problems.append(str(problem))
    raise WireError("; or ".join(problems))


def _load_dataclass(kind: Any, value: dict[str, Any], where: str) -> Any:
    hints = _hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    if unknown := sorted(set(value) - set(fields)):
        raise WireError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(fields))}")
    for name, field in fields.items():
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and name not in value:
            raise WireError(f"{where}: key {name!r} is missing")
    loaded = {name: _load(hints[name], item, f"{where}.{name}") for name, item in value.items()}
    try:
        return kind(**loaded)
    except ValueError as problem:
        raise WireError(f"{where}: {problem}") from None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _expect(kind: Any, value: Any, where: str) -> Any:
    # bool is an int to Python, but not to a reader of JSON.
    if type(value) is not kind:
        wanted = "null" if kind is type(None) else getattr(kind, "__name__", kind)
        raise WireError(f"{where}: expected {wanted}, not {_show(value)}")
    return value


def _show(value: Any) -> str:
    # Python refuses to spell very large integers, so those are named by their type alone.
    if type(value) is int and value.bit_length() > 200:
        return "a very large int"
    return repr(value)[:200] if isinstance(value, int | float | str | None) else f"a {type(value).__name__}"
