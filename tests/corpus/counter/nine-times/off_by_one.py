from multiprocessing import Lock, Process, RawValue


def add(n, lock):
    for i in range(1, 10):
        with lock:
            n.value += 1


if __name__ == "__main__":
    n = RawValue("i", 0)
    lock = Lock()
    ps = [Process(target=add, args=(n, lock)) for i in range(1, 11)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("n =", n.value)
