from multiprocessing import Pool, Value


def remember(value):
    global counter
    counter = value


def work(number):
    for i in range(10):
        with counter.get_lock():
            counter.value += 1


if __name__ == "__main__":
    shared = Value("i", 0)
    with Pool(10, initializer=remember, initargs=(shared,)) as pool:
        pool.map(work, range(10), chunksize=1)
        pool.close()
        pool.join()
    print("Counter:", shared.value)
