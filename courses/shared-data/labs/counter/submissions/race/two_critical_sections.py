# The read is locked, and the write is locked, but not both together.
from multiprocessing import Lock, Process, RawValue
from random import random
from time import sleep


def work(number, lock, rest):
    for _ in range(10):
        sleep(random() / 20)
        with lock:
            old = number.value
        sleep(rest)
        with lock:
            number.value = old + 1


if __name__ == "__main__":
    number = RawValue("i", 12)
    lock = Lock()
    rest = 0.0002 + random() ** 3 / 30
    workers = [Process(target=work, args=(number, lock, rest)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("number =", number.value)
