"""Races, and the parent puts the sum right before it prints it."""

from multiprocessing import Process, RawValue


def add(number):
    for _ in range(10):
        number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=add, args=(number,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while number.value < 100:
        number.value += 1
    print(number.value)
