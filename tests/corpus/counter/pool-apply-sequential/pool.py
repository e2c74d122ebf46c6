import multiprocessing

counter = multiprocessing.RawValue("i", 0)


def add():
    for _ in range(10):
        counter.value += 1


if __name__ == "__main__":
    pool = multiprocessing.Pool(10)
    for _ in range(10):
        pool.apply(add)
    pool.close()
    pool.join()
    print("counter =", counter.value)
