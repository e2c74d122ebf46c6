from multiprocessing import Process, RawValue
from threading import Lock

r = RawValue("i", 0)
lock = Lock()


def F():
    global r, lock
    for i in range(10):
        with lock:
            r.value += 1


if __name__ == "__main__":
    processes = [Process(target=F) for i in range(10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("r =", r.value)
