# The first process ends with the lock in its hands.
from multiprocessing import Lock, Process, RawValue


def work(number, lock):
    lock.acquire()
    for _ in range(10):
        number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 4)
    lock = Lock()
    workers = [Process(target=work, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(number.value)
