from multiprocessing import *


def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 1
        lock.release()
    lock.release()


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = RLock()
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, lock)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
