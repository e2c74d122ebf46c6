from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue


def visit(name, visits, lock):
    for _ in range(2):
        with lock:
            print("in", name, flush=True)
            visits.value = visits.value + 1
        print("out", name, flush=True)


if __name__ == "__main__":
    visits, lock = RawValue("i", 0), Lock()
    processes = [Process(target=visit, args=(name, visits, lock)) for name in ["Ada", "Bo", "Cy"]]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
