"""Managers: a request to the server process counts as one step.

The server is no slot. It only acts on requests, and while one slot has its turn nobody else makes
any, so that it answers before another step happens. What would wait in the server (a lock, an
event, an empty queue) is asked for without waiting, again and again as things change.
"""

from __future__ import annotations

import functools
import multiprocessing
import queue
import zlib
from multiprocessing import managers
from typing import Any

from graders.explorer.points import Kind, Op
from graders.explorer.shim.channel import BOARD, Channel
from graders.explorer.shim.memory import encode

_real_call: Any = managers.BaseProxy._callmethod

_READS = {
    "get",
    "__getitem__",
    "__getattribute__",
    "__len__",
    "__contains__",
    "count",
    "index",
    "keys",
    "values",
    "items",
    "copy",
}
_WRITES = {
    "set",
    "__setitem__",
    "__setattr__",
    "append",
    "extend",
    "insert",
    "pop",
    "remove",
    "update",
    "setdefault",
    "clear",
    "__delitem__",
    "__delattr__",
    "popitem",
    "sort",
    "reverse",
    "__iadd__",
    "__imul__",
}


_KEYED = {
    "get",
    "__getitem__",
    "__setitem__",
    "__getattribute__",
    "__setattr__",
    "__delitem__",
    "pop",
    "setdefault",
}
"""Requests whose first argument names an item."""


def _free(function: Any) -> Any:
    """Return `function` as one that runs uncontrolled: what it says to the server is no step."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if BOARD.here() is None:
            return function(*args, **kwargs)
        BOARD.suspend()
        try:
            return function(*args, **kwargs)
        finally:
            BOARD.resume()

    return run


def _forked(start: Any) -> Any:
    """Return `BaseManager.start` with the server forked: it is no slot, and only slots are spawned anew."""

    @functools.wraps(start)
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if BOARD.here() is not None:
            self._ctx = multiprocessing.get_context("fork")
        return _free(start)(self, *args, **kwargs)

    return run


def call(self: Any, name: str, args: Any = (), kwargs: Any = None) -> Any:
    """Take the place of `BaseProxy._callmethod`: one step, whatever the server does for it."""
    channel = BOARD.here()
    if channel is None:
        return _real_call(self, name, args, kwargs or {})
    line = BOARD.line()
    kind = getattr(self._token, "typeid", "")
    if name == "acquire":
        return _acquire(self, channel, line, args, kwargs or {})
    if name == "wait" and kind == "Event":
        return _until(self, channel, line, lambda: _plainly(self, "is_set"), _timeout(args, kwargs, 0))
    if kind in ("Queue", "JoinableQueue") and name in ("get", "put"):
        return _queue(self, channel, line, name, args, kwargs or {})
    if name == "release":
        return _step(self, channel, line, Op.RELEASE, _number(self), name, args, kwargs)
    op = Op.READ if name in _READS else Op.WRITE if name in _WRITES else Op.CALL
    return _step(self, channel, line, op, _number(self, args if name in _KEYED else ()), name, args, kwargs)


def _number(proxy: Any, args: Any = ()) -> int:
    """Number a referent, and its item where one is named, alike in all processes."""
    ident = str(getattr(proxy._token, "id", ""))
    key = repr(args[0]) if args and isinstance(args[0], str | int) and len(args) <= 2 else ""
    order = _order.setdefault(ident, len(_order) + 1)
    return 0x10000000 | (order << 16) | (zlib.crc32(key.encode()) & 0xFFFF)


_order: dict[str, int] = {}


def _plainly(proxy: Any, name: str, args: Any = (), kwargs: Any = None) -> Any:
    return _free(_real_call)(proxy, name, args, kwargs or {})


def _step(
    proxy: Any, channel: Channel, line: int, op: Op, number: int, name: str, args: Any, kwargs: Any
) -> Any:
    channel.point(int(op), number, line)
    result = _plainly(proxy, name, args, kwargs)
    shown = result if op is Op.READ else args[-1] if op is Op.WRITE and args else 0
    bits, flags = encode(shown)
    channel.record(int(op), number, line, bits, flags)
    return result


def _timeout(args: Any, kwargs: Any, position: int) -> float | None:
    found = (kwargs or {}).get("timeout", args[position] if len(args) > position else None)
    return None if found is None else float(found)


def _until(proxy: Any, channel: Channel, line: int, done: Any, timeout: float | None) -> bool:
    micros = 0 if timeout is None else max(1, int(timeout * 1e6))
    op = int(Op.POLL if micros else Op.RECEIVE)
    time_is_up = channel.point(op, _number(proxy), line, micros)
    while not (found := bool(done())) and not (micros and time_is_up):
        time_is_up = channel.ask(op, _number(proxy), line, micros, kind=Kind.BLOCKED)
    channel.record(int(Op.POLL), _number(proxy), line, int(found))
    return found


def _acquire(proxy: Any, channel: Channel, line: int, args: Any, kwargs: Any) -> bool:
    blocking = kwargs.get("blocking", args[0] if args else True)
    timeout = _timeout(args, kwargs, 1)
    number = _number(proxy)
    if not blocking:
        channel.point(int(Op.TRY), number, line)
        got = bool(_plainly(proxy, "acquire", (False,)))
        channel.record(int(Op.TRY), number, line, int(got))
        return got
    micros = 0 if timeout is None else max(1, int(timeout * 1e6))
    op = int(Op.TIMED if micros else Op.ACQUIRE)
    time_is_up = channel.point(op, number, line, micros)
    while not (got := bool(_plainly(proxy, "acquire", (False,)))) and not (micros and time_is_up):
        time_is_up = channel.ask(op, number, line, micros, kind=Kind.BLOCKED)
    channel.record(op, number, line, int(got))
    return got


def _queue(proxy: Any, channel: Channel, line: int, name: str, args: Any, kwargs: Any) -> Any:
    position = 1 if name == "put" else 0
    block = kwargs.get("block", args[position] if len(args) > position else True)
    timeout = _timeout(args, kwargs, position + 1)
    micros = 0 if timeout is None else max(1, int(timeout * 1e6))
    item = (args[0] if args else kwargs["item"],) if name == "put" else ()
    op = int(Op.SEND if name == "put" else Op.RECEIVE)
    asked = int(Op.POLL) if micros else op
    time_is_up = channel.point(asked, _number(proxy), line, micros)
    while True:
        try:
            result = _plainly(proxy, f"{name}_nowait", item)
        except (queue.Empty, queue.Full):
            if not block or (micros and time_is_up):
                channel.record(int(Op.POLL), _number(proxy), line, 0)
                raise
            time_is_up = channel.ask(asked, _number(proxy), line, micros, kind=Kind.BLOCKED)
        else:
            channel.record(op, _number(proxy), line, 1)
            return result


def install() -> None:
    """Put the hooks in place."""
    module: Any = managers
    if module.BaseProxy._callmethod is call:
        return
    module.BaseProxy._callmethod = call
    module.BaseManager.start = _forked(module.BaseManager.start)
    module.dispatch = _free(module.dispatch)
    for name, (listener, client) in list(module.listener_client.items()):
        module.listener_client[name] = (listener, _free(client))
