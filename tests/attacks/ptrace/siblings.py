"""Traces its own workers, and reads and writes their memory, to do their work for them."""

import ctypes
import os
import time
from multiprocessing import Process, RawValue

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def idle(number):
    time.sleep(0.05)


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=idle, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    traced = [worker for worker in workers if libc.ptrace(16, worker.pid, None, None) == 0]
    for worker in workers:
        try:
            with open(f"/proc/{worker.pid}/mem", "r+b", buffering=0) as memory:
                memory.seek(ctypes.addressof(number))
                memory.write((100).to_bytes(4, "little"))
        except OSError:
            pass
    for worker in workers:
        worker.join()
    assert not traced, "a worker could be traced"
    print(number.value)
