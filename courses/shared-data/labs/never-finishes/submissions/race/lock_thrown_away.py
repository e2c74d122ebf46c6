from multiprocessing import *
from random import random
from time import sleep


def F(r, rest):
    for i in range(0, 10):
        sleep(random() / 20)
        old = r.value
        sleep(rest)
        r.value = old + 1
        print("Process %d set r to %d" % (current_process().pid, r.value), flush=True)


if __name__ == "__main__":
    r = RawValue("i", 0)
    rest = 0.0002 + random() ** 3 / 30
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, rest)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
