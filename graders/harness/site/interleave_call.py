"""Calls the student's function from several processes. Runs under the student's uid.

Holds nothing that decides: values are read by the harness from its own mapping of the memory.
"""

import ctypes
import importlib.util
import inspect
import json
import mmap
import multiprocessing
import os
import sys


class NotAsAsked(Exception):
    """The file has no such function, or one that cannot be called as the lab says."""


def load(path, name, signature):
    stem = os.path.splitext(os.path.basename(path))[0]
    sys.path[0] = os.path.dirname(path)
    spec = importlib.util.spec_from_file_location(stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[stem] = module
    spec.loader.exec_module(module)
    function = getattr(module, name, None)
    if not callable(function):
        raise NotAsAsked("Your file defines no function %s." % signature)
    return function


def check_signature(function, arguments, signature):
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return  # Written in C: calling it will tell.
    try:
        found.bind(*arguments)
    except TypeError:
        raise NotAsAsked(
            "It must be possible to call your function as %s, but it is defined as %s%s."
            % (signature, function.__name__, found)
        ) from None


def one_call(job, arguments, ready, gate):
    os.close(gate[1])
    function = load(job["path"], job["name"], job["signature"])
    check_signature(function, arguments, job["signature"])
    os.close(ready[1])
    os.read(gate[0], 1)
    function(*arguments)


def make_arguments(job, context, descriptor):
    memory = mmap.mmap(descriptor, 0)
    os.close(descriptor)
    things = {name: ctypes.c_int.from_buffer(memory, 64 * i) for i, name in enumerate(job["shared"])}
    things.update((name, context.Lock()) for name in job["locks"])
    return things


def main():
    with open(int(sys.argv[1]), encoding="utf-8") as file:
        job = json.load(file)
    context = multiprocessing.get_context("fork")
    things = make_arguments(job, context, int(sys.argv[2]))
    ready, gate = os.pipe(), os.pipe()
    processes = []
    for call in job["calls"]:
        arguments = [things[a] if isinstance(a, str) else a for a in call]
        processes.append(context.Process(target=one_call, args=(job, arguments, ready, gate)))
    for process in processes:
        process.start()
    os.close(ready[1])
    os.read(ready[0], 1)  # Ends when every process has imported the file, or has died of it.
    os.close(gate[1])
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    for number, code in enumerate(codes, 1):
        if code:
            how = "was killed by signal %d" % -code if code < 0 else "ended with exit status %d" % code
            sys.exit("process %d %s" % (number, how))


if __name__ == "__main__":
    main()
