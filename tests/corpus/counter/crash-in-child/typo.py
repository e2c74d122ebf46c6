from multiprocessing import Lock, Process, RawValue


def add(number, lock):
    for _ in range(10):
        with lock:
            number.values += 1


if __name__ == "__main__":
    number = RawValue("i", 0)
    lock = Lock()
    workers = [Process(target=add, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("number is", number.value)
