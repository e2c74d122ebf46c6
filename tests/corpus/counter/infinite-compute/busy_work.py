from multiprocessing import Lock, Process, RawValue


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work(r, lock):
    # a bit of work, so that the processes really run at the same time
    fib(90)
    for _ in range(10):
        with lock:
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
