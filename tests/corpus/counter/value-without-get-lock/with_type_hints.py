from __future__ import annotations

import multiprocessing as mp
from multiprocessing.sharedctypes import Synchronized


def increment(shared: Synchronized[int], times: int) -> None:
    for _ in range(times):
        current: int = shared.value
        with shared.get_lock():
            shared.value = current + 1


def run(processes: int, times: int, start: int) -> int:
    shared = mp.Value("i", start)
    pool = [mp.Process(target=increment, args=(shared, times), name=f"inc-{n}") for n in range(processes)]
    for p in pool:
        p.start()
    for p in pool:
        p.join()
    return shared.value


if __name__ == "__main__":
    print("Result:", run(10, 10, 0))
