import ctypes
import multiprocessing as mp


class Shared(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int), ("errors", ctypes.c_int)]


def work(shared, lock):
    for _ in range(10):
        with lock:
            shared.count += 1


if __name__ == "__main__":
    shared = mp.RawValue(Shared, 0, 0)
    lock = mp.Lock()
    ps = [mp.Process(target=work, args=(shared, lock)) for _ in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("errors", shared.errors)
    print("count", shared.count)
