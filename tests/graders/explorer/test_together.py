"""Whether two workers can ever be at work at the same time."""

from __future__ import annotations

import pytest

from graders.explorer.strategies import LastFirst, ParentFirst
from graders.explorer.together import together
from tests.graders.explorer.conftest import Make

HEAD = """
    import os
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import Event, Lock, Pool, Process, Queue, RawValue, Value

    number = Value("i", 0)

    def add(times=2):
        for _ in range(times):
            with number.get_lock():
                number.value += 1
        return times

"""
IN_TURN = {
    "start and join in one loop": """
    if __name__ == "__main__":
        for _ in range(3):
            worker = Process(target=add)
            worker.start()
            worker.join()
        print(number.value)
    """,
    "apply in a loop": """
    if __name__ == "__main__":
        with Pool(2) as pool:
            for _ in range(3):
                pool.apply(add)
        print(number.value)
    """,
    "the result of a future in a loop": """
    if __name__ == "__main__":
        with ProcessPoolExecutor(2) as pool:
            for _ in range(3):
                pool.submit(add).result()
        print(number.value)
    """,
    "a chain of processes": """
    def chain(length):
        add()
        if length:
            following = Process(target=chain, args=(length - 1,))
            following.start()
            following.join()

    if __name__ == "__main__":
        worker = Process(target=chain, args=(2,))
        worker.start()
        worker.join()
        print(number.value)
    """,
    "a fork and a wait in one loop": """
    if __name__ == "__main__":
        for _ in range(3):
            child = os.fork()
            if not child:
                add()
                os._exit(0)
            os.waitpid(child, 0)
        print(number.value)
    """,
}
TOGETHER = {
    "an ordinary program": """
    if __name__ == "__main__":
        workers = [Process(target=add) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(number.value)
    """,
    "map of a pool": """
    if __name__ == "__main__":
        with Pool(2) as pool:
            pool.map(add, [2, 2, 2])
        print(number.value)
    """,
    "futures that are asked in a second loop": """
    if __name__ == "__main__":
        with ProcessPoolExecutor(2) as pool:
            futures = [pool.submit(add) for _ in range(3)]
            for future in futures:
                future.result()
        print(number.value)
    """,
    "a token that goes round by a queue": """
    def work(token):
        for _ in range(2):
            token.get()
            number.value += 1
            token.put(1)

    if __name__ == "__main__":
        token = Queue()
        workers = [Process(target=work, args=(token,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        token.put(1)
        for worker in workers:
            worker.join()
        print(number.value)
    """,
    "one lock round all the work": """
    def work(lock):
        with lock:
            add()

    if __name__ == "__main__":
        lock = Lock()
        workers = [Process(target=work, args=(lock,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(number.value)
    """,
    "only the last two meet": """
    if __name__ == "__main__":
        first = Process(target=add)
        first.start()
        first.join()
        others = [Process(target=add) for _ in range(2)]
        for worker in others:
            worker.start()
        for worker in others:
            worker.join()
        print(number.value)
    """,
}


@pytest.mark.parametrize("strategy", [ParentFirst, LastFirst])
@pytest.mark.parametrize("program", IN_TURN)
def test_who_is_waited_for_before_the_next_begins_never_meets_another(
    make: Make, program: str, strategy: type[ParentFirst]
) -> None:
    made = make(HEAD + IN_TURN[program], strategy())
    assert (made.output, made.errors) == ("6\n", "")
    assert together(made.run) is False


@pytest.mark.parametrize("strategy", [ParentFirst, LastFirst])
@pytest.mark.parametrize("program", TOGETHER)
def test_workers_that_only_chance_or_their_own_locks_keep_apart_can_meet(
    make: Make, program: str, strategy: type[ParentFirst]
) -> None:
    made = make(HEAD + TOGETHER[program], strategy())
    assert (made.output, made.errors) == ("6\n", "")
    assert together(made.run) is True


@pytest.mark.parametrize(
    "program", ["print(1)", "worker = Process(target=add)\n    worker.start()\n    worker.join()"]
)
def test_with_less_than_two_at_work_nothing_can_be_said(make: Make, program: str) -> None:
    assert together(make(HEAD + "    " + program, ParentFirst()).run) is None
