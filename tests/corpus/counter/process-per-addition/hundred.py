from multiprocessing import Lock, Process, RawValue
from time import sleep


def one(r, lock):
    sleep(1)
    with lock:
        r.value += 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    crowd = [Process(target=one, args=(r, lock)) for _ in range(10) for _ in range(10)]
    for p in crowd:
        p.start()
    for p in crowd:
        p.join()
    print("r =", r.value)
