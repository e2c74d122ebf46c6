from multiprocessing import RawValue
from multiprocessing.pool import ThreadPool
from threading import Lock

r = RawValue("i", 0)
guard = Lock()


def change(job):
    step, times = job
    for _ in range(times):
        with guard:
            r.value += step


with ThreadPool(2) as pool:
    pool.map(change, [(3, 10), (-1, 12)])
print(r.value)
