import multiprocessing as mp


def setup(the_value, the_lock):
    global value, lock
    value = the_value
    lock = the_lock


def job(n):
    for _ in range(10):
        lock.acquire()
        value.value += 1
        lock.release()
    return n


if __name__ == "__main__":
    total = mp.RawValue("i", 1)
    with mp.Pool(10, initializer=setup, initargs=(total, mp.Lock())) as pool:
        for done in pool.imap_unordered(job, range(10)):
            print("job", done, "is done")
    print("total", total.value)
