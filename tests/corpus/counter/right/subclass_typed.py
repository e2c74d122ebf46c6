"""Ten workers count together."""
from __future__ import annotations

from ctypes import c_int
from multiprocessing import Lock, Process, RawValue
from multiprocessing.synchronize import Lock as LockType


class CountingProcess(Process):
    def __init__(self, number: int, box: c_int, lock: LockType) -> None:
        super().__init__(name=f"counter-{number}")
        self.box: c_int = box
        self.lock: LockType = lock

    def run(self) -> None:
        for _ in range(10):
            with self.lock:
                self.box.value += 1


def main() -> int:
    box = RawValue("i", 21)
    lock = Lock()
    team: list[CountingProcess] = [CountingProcess(n, box, lock) for n in range(10)]
    for member in team:
        member.start()
    for member in team:
        member.join()
    return int(box.value)


if __name__ == "__main__":
    print(f"Result: {main()}")
