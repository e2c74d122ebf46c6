"""Hypothesis strategies for what crosses a wire."""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from graders.report import CONVICTIONS, Check, Report, Witness
from graders.verdict import Verdict

FINITE = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(max_size=12)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(NAMES, children, max_size=4),
    max_leaves=12,
)
"""Anything that `json.loads` can return."""

PLAIN_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(NAMES, children, max_size=3),
    max_leaves=6,
)
"""JSON as the standard has it: without NaN and Infinity."""


def instances(kind: Any) -> st.SearchStrategy[Any]:
    """Build values of a wire dataclass from its annotations, as `graders.wire` reads them."""
    if kind is Check:
        return _checks()
    if kind is Report:
        # No report convicts without a witness.
        fields = {**_fields(Report), "version": st.just(1)}
        others = st.sampled_from([verdict for verdict in Verdict if verdict not in CONVICTIONS])
        told = st.builds(Report, **{**fields, "witness": instances(Witness)})
        return told | st.builds(Report, **{**fields, "verdict": others})
    if dataclasses.is_dataclass(kind):
        return st.deferred(lambda: st.builds(kind, **_fields(kind)))
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(instances(argument) for argument in arguments))
    if origin is tuple:
        return st.lists(instances(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(NAMES, instances(arguments[1]), max_size=3)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    return {
        str: st.text(max_size=20),
        int: st.integers(),
        float: FINITE,
        bool: st.booleans(),
        type(None): st.none(),
        Any: PLAIN_JSON,
    }[kind]


def _fields(kind: type) -> dict[str, st.SearchStrategy[Any]]:
    hints = typing.get_type_hints(kind)
    return {field.name: instances(hints[field.name]) for field in dataclasses.fields(kind)}


@st.composite
def _checks(draw: st.DrawFn) -> Check:
    most = draw(st.floats(0, 1000))
    points = draw(st.floats(0, most))
    return Check(draw(NAMES), draw(NAMES), draw(st.sampled_from(Verdict)), points, most, draw(NAMES))
