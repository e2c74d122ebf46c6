"""Each worker writes the same end value: nothing is added, so nothing can be lost."""

from multiprocessing import Process, RawValue


def work(box):
    box.value = 100


if __name__ == "__main__":
    box = RawValue("i", 0)
    workers = [Process(target=work, args=(box,)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(box.value)
