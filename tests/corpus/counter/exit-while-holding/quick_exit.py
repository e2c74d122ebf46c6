import os
from multiprocessing import Lock, RawValue

r = RawValue("i", 0)
lock = Lock()

children = []
for number in range(10):
    pid = os.fork()
    if not pid:
        for k in range(10):
            lock.acquire()
            r.value += 1
            if k == 9:
                os._exit(0)
            lock.release()
    children.append(pid)

for pid in children:
    os.waitpid(pid, 0)
print(r.value)
