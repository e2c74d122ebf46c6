import ctypes
from multiprocessing import Lock, Process, Value


def add(v, lock):
    for i in range(10):
        lock.acquire()
        v.value += 1
        lock.release()


def main():
    lock = Lock()
    v = Value(ctypes.c_int, 12, lock=False)
    ps = []
    i = 0
    while i < 10:
        ps.append(Process(target=add, args=(v, lock)))
        i += 1
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    assert v.value == 112, v.value
    print("ok:", v.value)


if __name__ == "__main__":
    main()
