# Every process has a lock of its own, so nobody ever waits.
from multiprocessing import Lock, Process, RawValue
from random import random
from time import sleep


def work(number, rest):
    lock = Lock()
    for _ in range(10):
        sleep(random() / 20)
        with lock:
            old = number.value
            sleep(rest)
            number.value = old + 1


if __name__ == "__main__":
    number = RawValue("i", 30)
    rest = 0.0002 + random() ** 3 / 30
    workers = [Process(target=work, args=(number, rest)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
