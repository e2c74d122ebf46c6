import multiprocessing


def work(number, lock):
    for _ in range(10):
        lock.acquire()
        number.value += 1
        lock.release()


if __name__ == "__main__":
    number = multiprocessing.RawValue("i", 1)
    lock = multiprocessing.Lock()
    workers = [multiprocessing.Process(target=work, args=(number, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=0.5)  # not for ever
    print("number:", number.value)
