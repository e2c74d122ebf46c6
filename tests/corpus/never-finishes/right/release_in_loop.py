from multiprocessing import *


def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 1
        print("Process %d set r to %d" % (current_process().pid, r.value), flush=True)
        lock.release()


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
