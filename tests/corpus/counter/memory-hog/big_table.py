from multiprocessing import Lock, Process, RawValue

# remember every value that was ever there
table = [0] * 100_000_000


def work(r, lock):
    for _ in range(10):
        with lock:
            table[r.value] += 1
            r.value += 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    ps = [Process(target=work, args=(r, lock)) for _ in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("r =", r.value)
