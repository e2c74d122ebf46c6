#!/usr/bin/env python3
import os
import sys
from multiprocessing import RawValue

r = RawValue("i", 10)

pids = []
for n in range(10):
    pid = os.fork()
    if pid == 0:
        # child
        for _ in range(10):
            v = r.value
            v += 1
            r.value = v
        os._exit(0)
    pids.append(pid)

for pid in pids:
    os.waitpid(pid, 0)
sys.stdout.write("final %d\n" % r.value)
