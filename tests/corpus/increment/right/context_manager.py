import contextlib


@contextlib.contextmanager
def critical_section(lock):
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def F(r, lock):
    for paso in range(10):
        with critical_section(lock):
            actual = r.value
            r.value = actual + 1


if __name__ == "__main__":
    import multiprocessing

    r = multiprocessing.RawValue("i", 3)
    lock = multiprocessing.Lock()
    procesos = [multiprocessing.Process(target=F, args=(r, lock)) for _ in range(5)]
    for p in procesos:
        p.start()
    for p in procesos:
        p.join()
    print(r.value)
