from multiprocessing import Lock, Process, RawValue


def work(me, r, lock):
    if me == 9:
        # the last one begins when everything is there
        while r.value != 100:
            pass
    for _ in range(10):
        with lock:
            r.value += 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    ps = [Process(target=work, args=(n, r, lock)) for n in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("r =", r.value)
