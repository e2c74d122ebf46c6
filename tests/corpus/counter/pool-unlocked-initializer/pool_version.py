from multiprocessing import Pool, RawValue, cpu_count

shared = None


def init(box):
    global shared
    shared = box


def task(_):
    for _ in range(10):
        shared.value = shared.value + 1
    return None


if __name__ == "__main__":
    box = RawValue("i", 0)
    pool = Pool(processes=10, initializer=init, initargs=(box,))
    pool.map(task, range(10), 1)
    pool.close()
    pool.join()
    print("pool says", box.value)
