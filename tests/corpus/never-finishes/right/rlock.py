from multiprocessing import *


def say(r, lock):
    lock.acquire()
    print("Process %d set r to %d" % (current_process().pid, r.value), flush=True)
    lock.release()


def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 1
        say(r, lock)
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
