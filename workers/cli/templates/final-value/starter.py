from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue


def add(total, lock):
    for _ in range(25):
        total.value = total.value + 1


if __name__ == "__main__":
    total, lock = RawValue("i", 0), Lock()
    processes = [Process(target=add, args=(total, lock)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("The total is", total.value)
