from multiprocessing import Lock, Process, RawValue


def change(r, lock, step, times):
    """Adds step to r, times times."""
    for i in range(times):
        lock.acquire()
        r.value = r.value + step
        lock.release()


if __name__ == "__main__":
    r = RawValue("i", 12)
    lock1 = Lock()
    lock2 = Lock()
    p1 = Process(target=change, args=(r, lock1, 3, 10))
    p2 = Process(target=change, args=(r, lock2, -1, 12))
    p1.start(); p2.start()
    p1.join(); p2.join()
    print("r is", r.value)
