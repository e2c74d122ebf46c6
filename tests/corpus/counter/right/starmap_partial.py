from functools import partial
from multiprocessing import Manager, Pool, RawValue

number = RawValue("i", 0)


def add(lock, step, times):
    for _ in range(times):
        with lock:
            number.value += step


if __name__ == "__main__":
    with Manager() as manager:
        work = partial(add, manager.Lock())
        with Pool(processes=10) as pool:
            pool.starmap(work, [(1, 10)] * 10, chunksize=1)
    print("number:", number.value)
