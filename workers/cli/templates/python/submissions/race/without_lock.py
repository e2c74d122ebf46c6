from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue


def draw(last, lock):
    for _ in range(2):
        last.value = last.value + 1
        print("ticket", last.value)


if __name__ == "__main__":
    last, lock = RawValue("i", 0), Lock()
    processes = [Process(target=draw, args=(last, lock)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
