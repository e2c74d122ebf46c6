"""One worker does the work of all ten; the nine others only look busy."""

from multiprocessing import Process, RawValue


def add(number, first):
    for _ in range(100 if first else 0):
        number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    workers = [Process(target=add, args=(number, not index)) for index in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
