from multiprocessing import *


def set_r(r, lock):
    lock.acquire()
    try:
        r.value = r.value + 1
        return r.value
    finally:
        lock.release()


def F(r, lock):
    for i in range(0, 10):
        value = set_r(r, lock)
        print("Process %d set r to %d" % (current_process().pid, value), flush=True)


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, lock)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
