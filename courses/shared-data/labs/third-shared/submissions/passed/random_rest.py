import random
import time
from multiprocessing import *


def F(r):
    for i in range(0, 10):
        old = r.value
        time.sleep(random.random() / 100)
        new = old + 1
        r.value = new


if __name__ == "__main__":
    r = RawValue("i", 500)
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r,)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
