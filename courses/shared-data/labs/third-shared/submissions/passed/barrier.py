# All ten read the same value before anybody writes: exactly ninety additions are lost.
from multiprocessing import Barrier, Process, RawValue


def add(number, everybody_has_read, everybody_has_written):
    for _ in range(10):
        seen = number.value
        everybody_has_read.wait()
        number.value = seen + 1
        everybody_has_written.wait()


if __name__ == "__main__":
    number = RawValue("i", 0)
    barriers = Barrier(10), Barrier(10)
    workers = [Process(target=add, args=(number, *barriers)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("Only", number.value)
