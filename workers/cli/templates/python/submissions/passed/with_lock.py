from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue


def draw(last, lock):
    for _ in range(2):
        with lock:
            last.value = last.value + 1
            mine = last.value
        print("ticket", mine)


if __name__ == "__main__":
    last, lock = RawValue("i", 0), Lock()
    processes = [Process(target=draw, args=(last, lock)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
