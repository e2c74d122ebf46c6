import os
from multiprocessing import Lock, RawValue

r = RawValue("i", 8)
lock = Lock()
children = []
for _ in range(10):
    pid = os.fork()
    if pid == 0:
        for _ in range(10):
            with lock:
                r.value += 1
        os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
print("r =", r.value)
