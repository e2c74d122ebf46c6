from multiprocessing import *
from random import random
from time import sleep


def F(r, lock):
    for i in range(0, 10):
        old = r.value
        sleep(random() / 500)
        r.value = old + 1
        print("Process %d set r to %d" % (current_process().pid, r.value), flush=True)


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
