import multiprocessing
import random
import time


class Counter:
    """A box with a number in it."""

    def __init__(self, start: int) -> None:
        self.box = multiprocessing.RawValue("i", start)

    def get(self) -> int:
        return self.box.value

    def set(self, n: int) -> None:
        self.box.value = n


class Worker(multiprocessing.Process):
    def __init__(self, counter: Counter, rounds: int = 10) -> None:
        super().__init__()
        self.counter = counter
        self.rounds = rounds

    def run(self) -> None:
        for _ in range(self.rounds):
            n = self.counter.get()
            time.sleep(random.random() / 10000)
            self.counter.set(n + 1)


def main() -> None:
    counter = Counter(7)
    workers = [Worker(counter) for _ in range(10)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print(f"counter is {counter.get()}")


if __name__ == "__main__":
    main()
