import multiprocessing


def add_ten(total, lock):
    for _ in range(10):
        lock.acquire()
        try:
            total.value += 1
        finally:
            lock.release()


def main():
    total = multiprocessing.RawValue("i", 17)
    lock = multiprocessing.Lock()
    workers = [multiprocessing.Process(target=add_ten, args=(total, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(total.value)


if __name__ == "__main__":
    main()
