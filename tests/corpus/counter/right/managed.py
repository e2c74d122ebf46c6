from multiprocessing import Manager, Process


def work(value, lock):
    for _ in range(10):
        with lock:
            value.value += 1


if __name__ == "__main__":
    manager = Manager()
    value = manager.Value("i", 0)
    lock = manager.Lock()
    ps = [Process(target=work, args=(value, lock)) for _ in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(value.value)
