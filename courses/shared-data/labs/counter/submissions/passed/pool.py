from multiprocessing import Pool, Value

counter = Value("i", 0)


def work(number):
    for i in range(10):
        with counter.get_lock():
            counter.value += 1


if __name__ == "__main__":
    with Pool(10) as pool:
        pool.map(work, range(10), chunksize=1)
        pool.close()
        pool.join()
    print("Counter:", counter.value)
