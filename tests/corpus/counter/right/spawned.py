from multiprocessing import Lock, Process, Value, set_start_method


def work(value, lock):
    for _ in range(10):
        with lock:
            value.value += 1


if __name__ == "__main__":
    set_start_method("spawn")
    value = Value("i", 3, lock=False)
    lock = Lock()
    workers = [Process(target=work, args=(value, lock)) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("value", value.value)
