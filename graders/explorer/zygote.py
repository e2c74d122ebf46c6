"""A lean process that forks one controlled run after the other.

It has the hooks installed and what a run needs imported, and holds nothing secret: the student's
code is first read in the child, after it has given up the harness's uid. Forking it costs a fraction
of starting an interpreter, and every run starts from the same state. The first one, the
nursery, makes no runs: the zygotes of the lanes are forked from it.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import marshal
import multiprocessing.connection
import multiprocessing.queues
import multiprocessing.sharedctypes
import multiprocessing.synchronize
import multiprocessing.util
import os
import random
import resource
import signal
import socket
import sys
import threading
import types
import weakref
from typing import Any, NoReturn

from graders.explorer import lean
from graders.explorer.points import MAX_DESCRIPTORS, Kind, Op
from graders.explorer.shim import (
    channels,
    clock,
    files,
    locks,
    memory,
    printing,
    processes,
    spawning,
    threads,
)
from graders.explorer.shim.channel import BOARD, Channel
from graders.harness import capabilities
from graders.harness.site import interleave_lines

PR_SET_CHILD_SUBREAPER = 36
_loader: Any = type(vars(capabilities)["__loader__"])
MAX_REQUEST = 64 * 1024
_fork = os.fork
_waitpid = os.waitpid
_exit = os._exit


PRELOADED = {
    "Manager": ("multiprocessing.managers", "multiprocessing.pool"),
    "managers": ("multiprocessing.managers", "multiprocessing.pool"),
    "Pool": ("multiprocessing.pool",),
    "ThreadPool": ("multiprocessing.pool",),
    "pool": ("multiprocessing.pool",),
    "futures": ("concurrent.futures.process", "concurrent.futures.thread"),
    "SharedMemory": ("multiprocessing.shared_memory", "graders.explorer.shim.opcodes"),
    "shared_memory": ("multiprocessing.shared_memory", "graders.explorer.shim.opcodes"),
    "ShareableList": ("multiprocessing.shared_memory", "graders.explorer.shim.opcodes"),
    "logging": ("logging",),
    "dataclass": ("dataclasses",),
    "dataclasses": ("dataclasses",),
    "typing": ("typing",),
    "argparse": ("argparse",),
    "contextlib": ("contextlib",),
    "collections": ("collections",),
    "functools": ("functools",),
    "itertools": ("itertools",),
    "datetime": ("datetime",),
    "enum": ("enum",),
    "math": ("math",),
    "statistics": ("statistics",),
    "string": ("string",),
    "queue": ("queue",),
    "tempfile": ("tempfile",),
    "json": ("json",),
    "pickle": ("pickle",),
    "copy": ("copy",),
    "operator": ("operator",),
    "array": ("array",),
    "traceback": ("traceback",),
    **dict.fromkeys(
        ("threading", "Thread", "ThreadPoolExecutor", "dummy", "mmap", "frombuffer", "memoryview", "cast"),
        ("graders.explorer.shim.opcodes",),
    ),
}
"""Modules worth loading before the runs when a source has the word: each run would load them anew.

All are of the standard library and do nothing when they are imported.
"""


def install() -> None:
    """Put every hook in place, once, before the first fork."""
    for room in (threads, memory, locks, channels, processes, spawning, clock, files):
        room.install()


def main(control: socket.socket, cpus: set[int]) -> None:
    """Serve requests from `control` until it closes: fork a run, or end what is left of one.

    `cpus` are those that programs are to see, whichever of them the zygote is pinned to.
    """
    _forget_the_parent()
    install()
    processes.show_cpus(cpus)
    lean.plain_after_fork()
    lean.settle()
    serve(control)


def serve(control: socket.socket) -> None:
    """Serve requests until `control` closes."""
    while True:
        data, fds, _, _ = socket.recv_fds(control, MAX_REQUEST, MAX_DESCRIPTORS + 3)
        if not data:
            return
        request = marshal.loads(data)  # noqa: S302 - the harness speaks here
        answer = _ANSWERS.get(request["do"])
        if answer is not None:
            control.send(answer(request))
            continue
        # No channel is adopted in the zygote, so the hooks let this fork pass.
        pid = _fork()
        if pid == 0:
            control.close()
            _JOBS[request["do"]](request, fds)
        for fd in fds:
            os.close(fd)
        control.send(b"%d" % pid)


def _lane(request: dict[str, Any], fds: list[int]) -> NoReturn:
    """Become the zygote of a lane, which hears from a socket of its own."""
    os.sched_setaffinity(0, request["cpus"])
    # Whatever a run leaves behind becomes this process's child, however it hid.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    serve(socket.socket(fileno=fds[0]))
    _reap()
    _exit(0)


def _prepare(request: dict[str, Any]) -> bytes:
    """Load modules that the program will, with the hooks they need; returns how many.

    Only then give up the uid: with it goes the right to read the place that modules come from.
    """
    count = 0
    for name in request["modules"]:
        if name not in sys.modules:
            importlib.import_module(name)
            count += 1
        if name == "multiprocessing.managers":
            importlib.import_module("graders.explorer.shim.managers").install()
        elif name == "multiprocessing.pool":
            channels.install_in_pool()
    if request["enter"]:
        capabilities.enter()
    if count:
        lean.settle()
    return b"%d" % count


def _reaped(_: dict[str, Any]) -> bytes:
    """Kill and reap every descendant; returns killed, CPU microseconds and peak memory of one in KiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    killed = _reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return b"%d %d %d" % (killed, int(cpu * 1e6), after.ru_maxrss)


def _forget_the_parent() -> None:
    """Take out what the process this one is forked from would do at a signal, and at its end."""
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)) and number != signal.SIGINT:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    atexit._clear()
    registry: Any = vars(weakref.finalize)["_registry"]
    registry.clear()
    atexit.register(vars(multiprocessing.util)["_exit_function"])


def _reap() -> int:
    """Kill and reap every descendant; returns how many had to be killed."""
    killed = 0
    while True:
        try:
            pid, _ = _waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return killed
        if pid == 0:
            for child in _children(os.getpid()):
                os.kill(child, signal.SIGKILL)
                killed += 1
            _waitpid(-1, 0)


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", "rb") as file:
        return [int(word) for word in file.read().split()]


def _become_student(request: dict[str, Any], out: int, err: int) -> None:
    """Give up the harness's uid and capabilities, and take on the streams and the directory of a run."""
    capabilities.offer_to_oom_killer_first()
    for kind, value in request["rlimits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (value, value))
    uid = request["uid"]
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    capabilities.give_up_capabilities()
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    for fd in (null, out, err):
        os.close(fd)
    printing.take_over(1)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    vars(sys).update(__stderr__=sys.stderr)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.setsid()
    os.nice(10)
    os.chdir(request["directory"])
    os.environ.clear()
    os.environ.update(request["environment"])
    BOARD.root = request["directory"] + "/"


def _run(request: dict[str, Any], fds: list[int]) -> NoReturn:
    """Become a process of a run: its first, or one that the program spawns."""
    slot, out, err, *inherited = fds
    _become_student(request, out, err)
    spawned = request["do"] == "spawn"
    if request["notes"]:
        lines, *inherited = inherited
        interleave_lines.note(lines, os.path.join(request["directory"], request["main"]))
    threads.keep_internals_plain()
    BOARD.seed = request["seed"]
    channel = Channel(slot, 0)
    BOARD.adopt(channel)
    if spawned:
        channel.tell(Kind.FORKED, os.getpid())
    channel.slot = channel.ask(int(Op.START), 0, 0)
    channel.record(int(Op.START), channel.slot, 0, 0)
    random.seed(BOARD.seed + channel.slot)
    if request["unhooked"]:
        opcodes: Any = importlib.import_module("graders.explorer.shim.opcodes")
        opcodes.watch(request["unhooked"])
    status = spawning.become(inherited) if spawned else _execute(request)
    processes.leave(status)


_JOBS = {"run": _run, "spawn": _run, "lane": _lane}
_ANSWERS = {"reap": _reaped, "prepare": _prepare}


def _execute(request: dict[str, Any]) -> int:
    """Run the program as ``__main__`` and end it as an interpreter would; returns the exit status."""
    path = os.path.join(request["directory"], request["main"])
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__loader__ = _loader("__main__", path)
    vars(module)["__cached__"] = None
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]
    sys.modules["__main__"] = module
    sys.argv = [request["main"]]
    sys.orig_argv = ["python3", request["main"]]
    sys.path[0:0] = [request["directory"]]
    status = 0
    try:
        if request.get("calls"):
            _call(request, path)
        else:
            with open(path, "rb") as file:
                code = compile(file.read(), path, "exec", dont_inherit=True)
            exec(code, module.__dict__)  # noqa: S102
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - whatever the student raises ends the program, as in an interpreter
        import traceback

        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return status


def _call(request: dict[str, Any], path: str) -> None:
    """Make the shared values and locks of a function-style lab and call the function in processes."""
    shared: dict[str, Any] = {
        name: multiprocessing.RawValue("i", start) for name, start in request["shared"].items()
    }
    shared.update({name: multiprocessing.Lock() for name in request["locks"]})
    children = [
        multiprocessing.Process(
            target=_child, args=(path, request["function"], [shared.get(a, a) for a in arguments])
        )
        for arguments in request["calls"]
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def _child(path: str, function: str, arguments: list[Any]) -> None:
    namespace: dict[str, Any] = {"__name__": "submission", "__file__": path}
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec", dont_inherit=True), namespace)  # noqa: S102
    namespace[function](*arguments)
