import mmap
import os
from multiprocessing import Lock

area = mmap.mmap(-1, 4)
lock = Lock()


def get():
    return int.from_bytes(area[0:4], "little")


def put(n):
    area[0:4] = n.to_bytes(4, "little")


put(0)
children = []
for _ in range(10):
    pid = os.fork()
    if pid == 0:
        for _ in range(10):
            lock.acquire()
            put(get() + 1)
            lock.release()
        os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
print("counted to", get())
