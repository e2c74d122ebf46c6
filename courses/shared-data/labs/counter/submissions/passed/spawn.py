import multiprocessing as mp


def work(counter, lock):
    for _ in range(10):
        with lock:
            counter.value += 1


if __name__ == "__main__":
    context = mp.get_context("spawn")
    counter = context.RawValue("i", 3)
    lock = context.Lock()
    workers = [context.Process(target=work, args=(counter, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("final:", counter.value)
