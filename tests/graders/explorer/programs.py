"""Small programs for the explorer's tests: right ones in many styles, and wrong ones by what is wrong."""

from __future__ import annotations

from textwrap import dedent

RIGHT = {
    "raw_value_and_lock": (
        "30",
        """
        from multiprocessing import Lock, Process, RawValue

        def work(number, lock):
            for _ in range(5):
                with lock:
                    number.value += 1

        if __name__ == "__main__":
            number, lock = RawValue("i", 10), Lock()
            workers = [Process(target=work, args=(number, lock)) for _ in range(4)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(number.value)
        """,
    ),
    "queue_with_feeder_threads": (
        "14",
        """
        from multiprocessing import Process, Queue

        def work(queue, number):
            queue.put(number * number)

        if __name__ == "__main__":
            queue = Queue()
            workers = [Process(target=work, args=(queue, number)) for number in range(4)]
            for worker in workers:
                worker.start()
            total = sum(queue.get() for _ in workers)
            for worker in workers:
                worker.join()
            print(total)
        """,
    ),
    "pool": (
        "285",
        """
        from multiprocessing import Pool

        def square(number):
            return number * number

        if __name__ == "__main__":
            with Pool(3) as pool:
                print(sum(pool.map(square, range(10))))
        """,
    ),
    "process_pool_executor": (
        "285",
        """
        from concurrent.futures import ProcessPoolExecutor

        def square(number):
            return number * number

        if __name__ == "__main__":
            with ProcessPoolExecutor(3) as pool:
                print(sum(pool.map(square, range(10))))
        """,
    ),
    "condition_event_and_barrier": (
        "3",
        """
        from multiprocessing import Barrier, Condition, Event, Process, Value

        def produce(condition, number, done, barrier):
            barrier.wait()
            for _ in range(3):
                with condition:
                    number.value += 1
                    condition.notify_all()
            done.set()

        def consume(condition, number, barrier):
            barrier.wait()
            with condition:
                condition.wait_for(lambda: number.value >= 3)

        if __name__ == "__main__":
            condition, number, done, barrier = Condition(), Value("i", 0), Event(), Barrier(2)
            workers = [
                Process(target=produce, args=(condition, number, done, barrier)),
                Process(target=consume, args=(condition, number, barrier)),
            ]
            for worker in workers:
                worker.start()
            done.wait()
            for worker in workers:
                worker.join()
            print(number.value)
        """,
    ),
    "raw_fork": (
        "15",
        """
        import os
        from multiprocessing import Lock, RawValue

        number, lock = RawValue("i", 0), Lock()
        children = []
        for _ in range(3):
            child = os.fork()
            if child == 0:
                for _ in range(5):
                    with lock:
                        number.value += 1
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        print(number.value)
        """,
    ),
    "spawned": (
        "12",
        """
        import multiprocessing

        def work(number, lock):
            for _ in range(3):
                with lock:
                    number.value += 1

        if __name__ == "__main__":
            context = multiprocessing.get_context("spawn")
            number, lock = context.RawValue("i", 3), context.Lock()
            workers = [context.Process(target=work, args=(number, lock)) for _ in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(number.value)
        """,
    ),
    "forkserver": (
        "12",
        """
        import multiprocessing

        def work(number, lock):
            for _ in range(3):
                with lock:
                    number.value += 1

        if __name__ == "__main__":
            context = multiprocessing.get_context("forkserver")
            number, lock = context.RawValue("i", 3), context.Lock()
            workers = [context.Process(target=work, args=(number, lock)) for _ in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(number.value)
        """,
    ),
    "manager": (
        "3 15",
        """
        from multiprocessing import Manager, Process

        def work(number, lock, queue):
            for _ in range(5):
                with lock:
                    number.value = number.value + 1
            queue.put(1)

        if __name__ == "__main__":
            manager = Manager()
            number, lock, queue = manager.Value("i", 0), manager.Lock(), manager.Queue()
            workers = [Process(target=work, args=(number, lock, queue)) for _ in range(3)]
            for worker in workers:
                worker.start()
            finished = sum(queue.get() for _ in workers)
            for worker in workers:
                worker.join()
            print(finished, number.value)
        """,
    ),
    "manager_of_spawn": (
        "6",
        """
        import multiprocessing

        def work(number, lock):
            for _ in range(3):
                with lock:
                    number.value += 1

        if __name__ == "__main__":
            context = multiprocessing.get_context("spawn")
            with context.Manager() as manager:
                number, lock = manager.Value("i", 0), manager.Lock()
                workers = [context.Process(target=work, args=(number, lock)) for _ in range(2)]
                for worker in workers:
                    worker.start()
                for worker in workers:
                    worker.join()
                print(number.value)
        """,
    ),
    "threads_beside_processes": (
        "40",
        """
        import threading

        number, lock = 0, threading.Lock()

        def work():
            global number
            for _ in range(10):
                with lock:
                    number += 1

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(number)
        """,
    ),
    "spin_on_a_lock": (
        "20",
        """
        from multiprocessing import Lock, Process, RawValue

        def work(number, lock):
            for _ in range(5):
                while not lock.acquire(False):
                    pass
                number.value += 1
                lock.release()

        if __name__ == "__main__":
            number, lock = RawValue("i", 0), Lock()
            workers = [Process(target=work, args=(number, lock)) for _ in range(4)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(number.value)
        """,
    ),
    "array_cells": (
        "6",
        """
        from multiprocessing import Array, Process

        def work(cells, index):
            for _ in range(2):
                cells[index] += 1

        if __name__ == "__main__":
            cells = Array("i", 3, lock=False)
            workers = [Process(target=work, args=(cells, index)) for index in range(3)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(sum(cells))
        """,
    ),
}

RACY = {
    "textbook": """
        from multiprocessing import Process, RawValue

        def work(r):
            for _ in range(10):
                r.value = r.value + 1

        if __name__ == "__main__":
            r = RawValue("i", 0)
            workers = [Process(target=work, args=(r,)) for _ in range(10)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(r.value)
        """,
    "value_without_its_lock": """
        from multiprocessing import Process, Value

        def work(r):
            for _ in range(10):
                r.value += 1

        if __name__ == "__main__":
            r = Value("i", 0)
            workers = [Process(target=work, args=(r,)) for _ in range(10)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(r.value)
        """,
    "two_critical_sections": """
        from multiprocessing import Lock, Process, RawValue

        def work(r, lock):
            for _ in range(10):
                with lock:
                    found = r.value
                with lock:
                    r.value = found + 1

        if __name__ == "__main__":
            r, lock = RawValue("i", 0), Lock()
            workers = [Process(target=work, args=(r, lock)) for _ in range(10)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            print(r.value)
        """,
}

DEADLOCKING = {
    "lock_order": """
        from multiprocessing import Lock, Process

        def work(first, second):
            first.acquire()
            second.acquire()
            second.release()
            first.release()

        if __name__ == "__main__":
            a = Lock()
            b = Lock()
            one = Process(target=work, args=(a, b))
            two = Process(target=work, args=(b, a))
            one.start()
            two.start()
            one.join()
            two.join()
            print("done")
        """,
    "never_released": """
        from multiprocessing import Lock, Process

        def work(lock):
            lock.acquire()

        if __name__ == "__main__":
            lock = Lock()
            workers = [Process(target=work, args=(lock,)) for _ in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        """,
    "acquired_twice": """
        from multiprocessing import Lock

        lock = Lock()
        lock.acquire()
        lock.acquire()
        """,
    "event_never_set": """
        from multiprocessing import Event, Process

        def work(event):
            event.wait()

        if __name__ == "__main__":
            event = Event()
            worker = Process(target=work, args=(event,))
            worker.start()
            worker.join()
        """,
    "queue_joined_before_it_is_drained": """
        from multiprocessing import Process, Queue

        def work(queue):
            queue.put("x" * 1_000_000)

        if __name__ == "__main__":
            queue = Queue()
            worker = Process(target=work, args=(queue,))
            worker.start()
            worker.join()
            queue.get()
        """,
    "barrier_short_of_a_party": """
        from multiprocessing import Barrier, Process

        def work(barrier):
            barrier.wait()

        if __name__ == "__main__":
            barrier = Barrier(3)
            workers = [Process(target=work, args=(barrier,)) for _ in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        """,
}


def text(source: str) -> str:
    """Return a program as it would stand in a file."""
    return dedent(source).lstrip()
