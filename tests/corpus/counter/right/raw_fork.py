import os
from multiprocessing import Lock, RawValue


def child(r, lock):
    for _ in range(10):
        with lock:
            r.value = r.value + 1


def main():
    r = RawValue("i", 7)
    lock = Lock()
    pids = set()
    while len(pids) < 10:
        pid = os.fork()
        if pid == 0:
            child(r, lock)
            os._exit(0)
        pids.add(pid)
    while pids:
        pid, status = os.wait()
        pids.discard(pid)
    print("r", r.value)


main()
