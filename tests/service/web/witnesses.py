"""Witnesses of many kinds, as the explorer tells them, and the programs they are about."""

from __future__ import annotations

from graders.report import Step, Wait, Witness
from graders.verdict import Verdict

TWO_LOCKS = '''"""Each process brings a lock of its own: it keeps nobody out."""

from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue


def add(number, lock):
    for _ in range(10):
        lock.acquire()
        number.value = number.value + 1
        lock.release()


if __name__ == "__main__":
    number = RawValue("i", 45)
    processes = [Process(target=add, args=(number, Lock())) for _ in range(10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("The number is", number.value)
'''

OWN_LOCKS = Witness(
    Verdict.RACE,
    "il1:0123456789ab:1x3.2x4.1x2",
    "Process 1 reads 55 from number at line 10. Before it writes, process 2 updates number, and number is "
    "56. Then process 1 writes 56 over it at line 10. That update is lost. The reading and the writing at "
    "line 10 must be in one critical section of one lock.",
    (10,),
    (
        Step(1, "acquire", "lock 1", line=9),
        Step(1, "read", "number", 55, 10),
        Step(2, "acquire", "lock 2", line=9),
        Step(2, "read", "number", 55, 10),
        Step(2, "write", "number", 56, 10),
        Step(2, "release", "lock 2", line=11),
        Step(1, "write", "number", 56, 10),
        Step(1, "release", "lock 1", line=11),
    ),
)

CROSSED = '''"""Money goes both ways, and each way takes its own side's lock first."""

from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue


def transfer(source, target, amount, source_lock, target_lock):
    source_lock.acquire()
    source.value = source.value - amount
    target_lock.acquire()
    target.value = target.value + amount
    target_lock.release()
    source_lock.release()


if __name__ == "__main__":
    a, b = RawValue("i", 100), RawValue("i", 100)
    a_lock, b_lock = Lock(), Lock()
    there = Process(target=transfer, args=(a, b, 10, a_lock, b_lock))
    back = Process(target=transfer, args=(b, a, 20, b_lock, a_lock))
    there.start()
    back.start()
    there.join()
    back.join()
    print(a.value + b.value)
'''

CYCLE = Witness(
    Verdict.DEADLOCK,
    "il1:0123456789ab:0x2.1x3.2x4.1x1.0x1",
    "Every process waits and none can go on: the main program waits at line 23 for process 1 to end; "
    "process 1 waits at line 10 for the lock b_lock, which process 2 has held since line 8; process 2 waits "
    "at line 10 for the lock a_lock, which process 1 has held since line 8.",
    (8, 10),
    (
        Step(0, "start", "process 1", line=21),
        Step(0, "start", "process 2", line=22),
        Step(1, "acquire", "the lock a_lock", line=8),
        Step(1, "read", "a", 100, 9),
        Step(1, "write", "a", 90, 9),
        Step(2, "acquire", "the lock b_lock", line=8),
        Step(2, "read", "b", 100, 9),
        Step(2, "write", "b", 80, 9),
        Step(2, "wait", "the lock a_lock", line=10),
        Step(1, "wait", "the lock b_lock", line=10),
        Step(0, "wait", "process 1 to end", line=23),
    ),
    (
        Wait(0, "process 1 to end", None, 23),
        Wait(1, "the lock b_lock, which process 2 has held since line 8", 2, 10),
        Wait(2, "the lock a_lock, which process 1 has held since line 8", 1, 10),
    ),
)

PHILOSOPHERS = Witness(
    Verdict.DEADLOCK,
    "",
    "Every process waits and none can go on: each of five holds one fork and waits for the next.",
    (9,),
    (),
    (
        Wait(0, "process 1 to end", None, 19),
        *(
            Wait(
                number,
                f"the lock forks[{number % 5}], which process {number % 5 + 1} has held since line 8",
                number % 5 + 1,
                9,
            )
            for number in range(1, 6)
        ),
    ),
)
