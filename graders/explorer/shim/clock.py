"""Time: a virtual clock that stands still while anybody can run, and jumps when nobody can.

A loop that only looks at the clock must come to its end too, so each look lets a little time pass
for the process that looks, more the more often it does.
"""

from __future__ import annotations

import time
from typing import Any

from graders.explorer.points import Op
from graders.explorer.shim.channel import BOARD, Channel

_real = {
    name: getattr(time, name)
    for name in ("time", "monotonic", "perf_counter", "sleep", "time_ns", "monotonic_ns", "perf_counter_ns")
}
_origin = 1_700_000_000.0
_LOOK = 20
"""Microseconds that the first look at the clock takes; the n-th takes n times as long, up to `_LONGEST`."""
_LONGEST = 20_000


def _micros(channel: Channel) -> int:
    channel.reads += 1
    count = min(channel.reads, _LONGEST // _LOOK)
    passed = _LOOK * count * (count + 1) // 2 + max(0, channel.reads - count) * _LONGEST
    return channel.now + passed


def _now(name: str, start: float) -> Any:
    def read() -> float:
        channel = BOARD.here()
        return float(_real[name]()) if channel is None else start + _micros(channel) / 1e6

    return read


def _now_ns(name: str, start: float) -> Any:
    def read() -> int:
        channel = BOARD.here()
        return int(_real[name]()) if channel is None else int(start * 1e9) + _micros(channel) * 1000

    return read


def sleep(seconds: float) -> None:
    """Take the place of `time.sleep`: another may run meanwhile, for as long as it likes."""
    channel = BOARD.here()
    if channel is None:
        _real["sleep"](seconds)
        return
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    line = BOARD.line()
    micros = int(seconds * 1e6)
    channel.ask(int(Op.SLEEP), 0, line, micros)
    channel.record(int(Op.SLEEP), 0, line, micros)


def install() -> None:
    """Put the hooks in place."""
    module: Any = time
    module.sleep = sleep
    for name, start in (("time", _origin), ("monotonic", 1000.0), ("perf_counter", 1000.0)):
        setattr(module, name, _now(name, start))
        setattr(module, f"{name}_ns", _now_ns(f"{name}_ns", start))
