"""Opcode mode: for what is shared without an attribute that could be hooked.

`SharedMemory.buf`, `mmap` and NumPy arrays over them are read and written by subscripts; plain
globals and attributes are shared by threads. So the instructions of the student's own code that
may touch such things become schedule points: on Python 3.12 and later by `sys.monitoring`, whose
events are switched off one by one where nothing interesting stands, before that by a trace function.

What an instruction touches is known by name or by kind only, so that two things with one name are
taken for one. That can predict a race that is none, which the directed run then does not confirm.
"""

from __future__ import annotations

import dis
import sys
import threading
import zlib
from collections.abc import Collection
from functools import cache
from types import CodeType, FrameType
from typing import Any

from graders.explorer.points import Op
from graders.explorer.shim.channel import BOARD
from graders.explorer.shim.memory import encode

NAMES = {
    "LOAD_GLOBAL": Op.READ,
    "LOAD_NAME": Op.READ,
    "LOAD_DEREF": Op.READ,
    "STORE_GLOBAL": Op.WRITE,
    "STORE_NAME": Op.WRITE,
    "STORE_DEREF": Op.WRITE,
    "LOAD_ATTR": Op.READ,
    "STORE_ATTR": Op.WRITE,
}
"""What threads share, by name."""
ITEMS = {"BINARY_SUBSCR": Op.READ, "STORE_SUBSCR": Op.WRITE, "BINARY_SLICE": Op.READ, "STORE_SLICE": Op.WRITE}
"""What buffers are accessed by."""
CALLS = {
    "unpack_from": Op.READ,
    "tobytes": Op.READ,
    "pack_into": Op.WRITE,
    "memmove": Op.WRITE,
    "copyto": Op.WRITE,
}

_TOOL = 3
_names: dict[str, Op] = {}


@cache
def points_of(code: CodeType) -> dict[int, tuple[Op, int, int, str]]:
    """Return the instructions of interest by offset: operation, object, line, and the name of a global."""
    found = {}
    line = code.co_firstlineno
    subscripted = _subtraction_of_items(code)
    called = _calls(code)
    for instruction in dis.get_instructions(code):
        position = instruction.positions
        line = (position.lineno if position else None) or line
        name = str(instruction.argval) if isinstance(instruction.argval, str) else ""
        offset = instruction.offset
        op = called.get(offset) or subscripted.get(offset) or _operation(instruction.opname, name)
        if op is not None:
            what = name if instruction.opname in NAMES else "[]"
            shown = name if instruction.opname.endswith(("GLOBAL", "NAME")) else ""
            found[instruction.offset] = (op, 0x08000000 | zlib.crc32(what.encode()) & 0xFFFFFF, line, shown)
    return found


def _operation(opname: str, name: str) -> Op | None:
    if name in CALLS:
        return None  # It is the call that counts.
    if opname in ITEMS:
        return ITEMS[opname]
    return _names.get(opname) if not name.startswith("__") else None


def _calls(code: CodeType) -> dict[int, Op]:
    """Return the calls of functions that access a buffer: a call begins where its function does."""
    begun: dict[tuple[int | None, int | None], Op] = {}
    found = {}
    for instruction in dis.get_instructions(code):
        position = instruction.positions
        start = (position.lineno, position.col_offset) if position else (None, None)
        if instruction.opname.startswith("LOAD_") and instruction.argval in CALLS:
            begun[start] = CALLS[instruction.argval]
        elif instruction.opname.startswith("CALL") and start in begun:
            found[instruction.offset] = begun.pop(start)
    return found


def _subtraction_of_items(code: CodeType) -> dict[int, Op]:
    """Python 3.14 reads an item with ``BINARY_OP []``."""
    return {
        i.offset: Op.READ for i in dis.get_instructions(code) if i.opname == "BINARY_OP" and i.argrepr == "[]"
    }


def _pass(point: tuple[Op, int, int, str], namespace: dict[str, Any]) -> None:
    op, ident, line, name = point
    value = namespace.get(name) if name else None
    if callable(value) or type(value).__name__ == "module":
        return
    channel = BOARD.here()
    if channel is None:
        return
    channel.point(int(op), ident, line)
    bits, flags = encode(namespace.get(name) if name else 0)
    channel.record(int(op), ident, line, bits, flags)


def _monitored(code: CodeType, offset: int) -> Any:
    monitoring: Any = vars(sys)["monitoring"]
    if not code.co_filename.startswith(BOARD.root):
        return monitoring.DISABLE
    point = points_of(code).get(offset)
    if point is None:
        return monitoring.DISABLE
    _pass(point, sys._getframe(1).f_globals)
    return None


def _traced(frame: FrameType, event: str, _argument: Any) -> Any:
    if event == "call":
        if not frame.f_code.co_filename.startswith(BOARD.root):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return _traced
    if event == "opcode":
        point = points_of(frame.f_code).get(frame.f_lasti)
        if point is not None:
            _pass(point, frame.f_globals)
    return _traced


def watch(what: Collection[str]) -> None:
    """Make the student's instructions schedule points; `what` has ``threads``, ``buffers``, or both."""
    if not what:
        return
    _names.update(NAMES if "threads" in what else {})
    if sys.version_info >= (3, 12):
        monitoring: Any = vars(sys)["monitoring"]
        monitoring.use_tool_id(_TOOL, "schedule points")
        monitoring.register_callback(_TOOL, monitoring.events.INSTRUCTION, _monitored)
        monitoring.set_events(_TOOL, monitoring.events.INSTRUCTION)
    else:
        threading.settrace(_traced)
        sys.settrace(_traced)
