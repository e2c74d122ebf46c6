"""Shared ctypes data: every read and write of a `RawValue`, `Value`, `RawArray`, `Array` or structure.

All of them are built by `sharedctypes.rebuild_ctype`, so that one place swaps the type for a
subclass of the same name and layout whose accessors pass a schedule point. The memory itself comes
from the controller, which keeps a mapping of its own.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from functools import cache
from multiprocessing import heap as _heap
from multiprocessing import sharedctypes as _sharedctypes
from typing import Any

from graders.explorer.points import ARENA_SHIFT, RAW, Kind, Op
from graders.explorer.shim.channel import BOARD

# Typeshed knows little of what these modules hold inside.
heap: Any = _heap
sharedctypes: Any = _sharedctypes


_READ, _WRITE = int(Op.READ), int(Op.WRITE)
_double = struct.Struct("<d")
_int64 = struct.Struct("<q")


def encode(value: Any) -> tuple[int, int]:
    """Return `value` as the 64 bits of a record and the record's flags."""
    if type(value) is int:
        return ((value + (1 << 63)) % (1 << 64)) - (1 << 63), 0
    if type(value) is bool:
        return int(value), 0
    if type(value) is float:
        return _int64.unpack(_double.pack(value))[0], RAW
    if isinstance(value, bytes | str):
        data = value if isinstance(value, bytes) else value.encode("utf-8", "replace")
        return int.from_bytes(data[:7].ljust(8, b"\0"), "little"), 0
    return 0, 0


def reading(ident: int, get: Any) -> Any:
    """Pass a READ point on `ident`, then `get()` and log what was read."""
    channel = BOARD.here()
    if channel is None:
        return get()
    line = BOARD.line()
    channel.point(_READ, ident, line)
    value = get()
    bits, flags = encode(value)
    channel.record(_READ, ident, line, bits, flags)
    return value


def writing(ident: int, put: Any, value: Any) -> None:
    """Pass a WRITE point on `ident`, then `put(value)` and log what was written."""
    channel = BOARD.here()
    if channel is None:
        put(value)
        return
    line = BOARD.line()
    channel.point(_WRITE, ident, line)
    put(value)
    bits, flags = encode(value)
    channel.record(_WRITE, ident, line, bits, flags)


def _disguise(cls: type, base: type) -> type:
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        try:
            setattr(cls, name, getattr(base, name))
        except (AttributeError, TypeError):
            continue
    return cls


def _ident(obj: Any) -> int | None:
    return obj.__dict__.get("_ident") if hasattr(obj, "__dict__") else None


@cache
def gated(base: type) -> type:
    """Return the subclass of the ctypes type `base` whose accesses are schedule points."""
    if issubclass(base, ctypes._SimpleCData):
        return _gated_simple(base)
    if issubclass(base, ctypes.Array):
        return _gated_array(base)
    if issubclass(base, ctypes.Structure):
        return _gated_structure(base)
    return base


def _gated_simple(base: Any) -> type:
    raw = base.value

    def get_value(self: Any) -> Any:
        ident = _ident(self)
        if ident is None:
            return raw.__get__(self)
        return reading(ident, lambda: raw.__get__(self))

    def set_value(self: Any, value: Any) -> None:
        ident = _ident(self)
        if ident is None:
            raw.__set__(self, value)
        else:
            writing(ident, lambda new: raw.__set__(self, new), value)

    return _disguise(type(base.__name__, (base,), {"value": property(get_value, set_value)}), base)


def _spots(base: Any, key: Any) -> list[int]:
    """Return the indices that a subscript of an array of type `base` touches."""
    if isinstance(key, slice):
        return list(range(*key.indices(base._length_)))
    index = key.__index__()
    return [index + base._length_ if index < 0 else index]


def _gated_array(base: Any) -> type:
    size = ctypes.sizeof(base._type_)
    get_one = _structure_of if issubclass(base._type_, ctypes.Structure) else _element_of

    def put_one(self: Any, ident: int, index: int, value: Any) -> None:
        writing(ident + index * size, lambda new: base.__setitem__(self, index, new), value)

    def get_item(self: Any, key: Any) -> Any:
        ident = _ident(self)
        if ident is None or not _inside(base, key):
            return base.__getitem__(self, key)
        parts = [get_one(base, self, ident, index) for index in _spots(base, key)]
        if not isinstance(key, slice):
            return parts[0]
        empty = base.__getitem__(self, slice(0, 0))
        return parts if isinstance(empty, list) else empty.join(parts)

    def set_item(self: Any, key: Any, value: Any) -> None:
        ident = _ident(self)
        if ident is None or not _inside(base, key):
            base.__setitem__(self, key, value)
        else:
            for index, item in _assignments(base, key, value):
                put_one(self, ident, index, item)

    def iterate(self: Any) -> Any:
        return (get_item(self, index) for index in range(base._length_))

    body: dict[str, Any] = {"__getitem__": get_item, "__setitem__": set_item, "__iter__": iterate}
    for name in ("value", "raw"):
        if hasattr(base, name):
            body[name] = _whole(getattr(base, name))
    return _disguise(type(base.__name__, (base,), body), base)


def _element_of(base: Any, array: Any, ident: int, index: int) -> Any:
    return reading(ident + index * ctypes.sizeof(base._type_), lambda: base.__getitem__(array, index))


def _structure_of(base: Any, array: Any, ident: int, index: int) -> Any:
    """Return a structure within an array: a look at it is none at its fields, which tell for themselves."""
    offset = index * ctypes.sizeof(base._type_)
    view: Any = gated(base._type_).from_buffer(array, offset)  # type: ignore[attr-defined]
    view._ident = ident + offset
    return view


def _assignments(base: Any, key: Any, value: Any) -> list[tuple[int, Any]]:
    """Return index and item of each element that an assignment changes."""
    spots = _spots(base, key)
    if not isinstance(key, slice):
        return [(spots[0], value)]
    text = isinstance(value, bytes | str)
    items = [value[i : i + 1] for i in range(len(value))] if text else list(value)
    if len(spots) != len(items):
        raise ValueError("Can only assign sequence of same size")
    return list(zip(spots, items, strict=True))


def _inside(base: Any, key: Any) -> bool:
    """Whether a subscript is one that the array takes; the real type raises the error for others."""
    if isinstance(key, slice):
        return True
    return isinstance(key, int) and -base._length_ <= key < base._length_


def _whole(raw: Any) -> property:
    def get(self: Any) -> Any:
        ident = _ident(self)
        return raw.__get__(self) if ident is None else reading(ident, lambda: raw.__get__(self))

    def put(self: Any, value: Any) -> None:
        ident = _ident(self)
        if ident is None:
            raw.__set__(self, value)
        else:
            writing(ident, lambda new: raw.__set__(self, new), value)

    return property(get, put)


def _gated_structure(base: Any) -> type:
    body: dict[str, Any] = {}
    for name, *_ in base._fields_:
        descriptor = getattr(base, name)
        if hasattr(descriptor, "offset"):
            body[name] = _field(descriptor)
    return _disguise(type(base.__name__, (base,), body), base)


def _field(descriptor: Any) -> property:
    offset = descriptor.offset

    def get(self: Any) -> Any:
        ident = _ident(self)
        return (
            descriptor.__get__(self)
            if ident is None
            else reading(ident + offset, lambda: descriptor.__get__(self))
        )

    def put(self: Any, value: Any) -> None:
        ident = _ident(self)
        if ident is None:
            descriptor.__set__(self, value)
        else:
            writing(ident + offset, lambda new: descriptor.__set__(self, new), value)

    return property(get, put)


class Arena:
    """Takes the place of `heap.Arena`: the memory is a memfd that the controller made and maps too."""

    def __init__(self, size: int, fd: int = -1, number: int | None = None) -> None:
        self.size = size
        self.fd = fd
        self.number = number
        if fd == -1:
            channel = BOARD.here()
            if channel is None:
                raise OSError("no controller to ask for shared memory")
            self.number, self.fd = channel.request(Kind.ARENA, size)
        self.buffer = mmap.mmap(self.fd, self.size)


def _rebuild_arena(size: int, dupfd: Any, number: int) -> Arena:
    return Arena(size, dupfd.detach(), number)


def _reduce_arena(arena: Any) -> Any:
    return _rebuild_arena, (arena.size, heap.reduction.DupFd(arena.fd), arena.number)


_rebuild_ctype = sharedctypes.rebuild_ctype


def rebuild_ctype(type_: Any, wrapper: Any, length: int | None) -> Any:
    """Take the place of `sharedctypes.rebuild_ctype`: the same object, of the gated type."""
    if length is not None:
        type_ = type_ * length
    base = _BASES.get(type_, type_)
    cls = gated(base)
    _BASES[cls] = base
    obj = _rebuild_ctype(cls, wrapper, None)
    heap.reduction.ForkingPickler.register(cls, _reduce_ctype)
    (arena, start, _), size = wrapper._state
    if getattr(arena, "number", None) is not None:
        obj._ident = (arena.number << ARENA_SHIFT) + start
        channel = BOARD.here()
        if channel is not None:
            line = BOARD.line()
            for offset, extent, code, field in _parts(base, size):
                packed = (extent << 8) | ord(code)
                channel.record(int(Op.NEW_DATUM), obj._ident + offset, line, packed, field)
    return obj


_MOST_PARTS = 256


def _parts(base: Any, size: int) -> list[tuple[int, int, str, int]]:
    """Return the values in an object of type `base`: offset, bytes, type code, number of the field from 1."""
    if issubclass(base, ctypes.Structure):
        return _fields(base, 0)
    if issubclass(base, ctypes.Array) and issubclass(base._type_, ctypes.Structure):
        step = ctypes.sizeof(base._type_)
        found = [part for i in range(base._length_) for part in _fields(base._type_, i * step)]
        return found[:_MOST_PARTS]
    code = getattr(getattr(base, "_type_", None), "_type_", getattr(base, "_type_", None))
    return [(0, size, code if isinstance(code, str) else "*", 0)]


def _fields(base: Any, begin: int) -> list[tuple[int, int, str, int]]:
    found = []
    for number, (name, kind, *bits) in enumerate(base._fields_, 1):
        descriptor = getattr(base, name)
        if bits or not hasattr(descriptor, "offset"):
            continue
        size = ctypes.sizeof(kind)
        inner = _parts(kind, size)
        code = inner[0][2] if len(inner) == 1 else "*"
        found.append((begin + descriptor.offset, size, code, min(number, 255)))
    return found


_BASES: dict[type, type] = {}


def _reduce_ctype(obj: Any) -> Any:
    sharedctypes.assert_spawning(obj)
    base: Any = _BASES[type(obj)]
    if issubclass(base, ctypes.Array):
        return rebuild_ctype, (base._type_, obj._wrapper, obj._length_)
    return rebuild_ctype, (base, obj._wrapper, None)


def install() -> None:
    """Put the hooks in place."""
    heap.Arena = Arena
    heap.reduction.register(Arena, _reduce_arena)
    sharedctypes.rebuild_ctype = rebuild_ctype
    heap.BufferWrapper._heap = heap.Heap()
