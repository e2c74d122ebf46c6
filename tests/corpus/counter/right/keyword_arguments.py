import multiprocessing as mp
from typing import Dict


def count(*, value, lock, times=10):
    while times > 0:
        with lock:
            value.value += 1
        times -= 1


if __name__ == "__main__":
    shared = {"value": mp.RawValue("i", 0), "lock": mp.Lock()}
    workers: Dict[str, mp.Process] = {}
    for number in range(1, 11):
        name = f"worker{number:02}"
        workers[name] = mp.Process(name=name, target=count, kwargs=shared)
    for worker in workers.values():
        worker.start()
    for name in sorted(workers):
        workers[name].join()
        print(name, "done")
    print("value:", shared["value"].value)
