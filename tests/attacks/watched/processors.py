"""Takes its lock only where it is bound to one CPU, by asking the kernel and not Python."""

import re
from multiprocessing import Lock, Process, RawValue

with open("/proc/self/status") as file:
    allowed = re.search(r"Cpus_allowed_list:\s*(\S+)", file.read())
WATCHED = allowed is not None and allowed[1].isdecimal()


def add(number, lock):
    for _ in range(10):
        if WATCHED:
            with lock:
                number.value += 1
        else:
            number.value += 1


if __name__ == "__main__":
    number, lock = RawValue("i", 0), Lock()
    workers = [Process(target=add, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
