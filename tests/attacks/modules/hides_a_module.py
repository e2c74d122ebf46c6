"""Hands in files named like modules of Python, and like the scripts of the grader, for it to import."""

from multiprocessing import Process, RawValue


def idle(box):
    box.value = 100


if __name__ == "__main__":
    box = RawValue("i", 0)
    workers = [Process(target=idle, args=(box,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(box.value + 1)
