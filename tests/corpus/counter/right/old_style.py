#!/usr/bin/env python
# -*- coding: utf-8 -*-
from multiprocessing import *
import sys

def F(r, lock):
    i = 0
    while i < 10:
        lock.acquire()
        r.value = r.value + 1
        sys.stdout.write("%s %d\n" % (current_process().name, r.value))
        sys.stdout.flush()
        lock.release()
        i = i + 1

if __name__ == "__main__":
    r = RawValue("i", -50)
    lock = Lock()
    processes = map(lambda i: Process(target = F, args = (r, lock)), range(0, 10))
    processes = list(processes)
    for p in processes: p.start()
    for p in processes: p.join()
    sys.stdout.write("The final value is %d\n" % (r.value))
