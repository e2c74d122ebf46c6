# Read and write are both locked, but apart, and there is a rest between them.
from multiprocessing import *
from time import sleep


def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        seen = r.value
        lock.release()
        sleep(0.005)
        lock.acquire()
        r.value = seen + 1
        lock.release()
        print("Process %d wrote %d" % (current_process().pid, seen + 1))


if __name__ == "__main__":
    r = RawValue("i", 45)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock)) for i in range(0, 10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
