from multiprocessing import Lock, Process
from multiprocessing.shared_memory import ShareableList


def change(name, lock, step, times):
    numbers = ShareableList(name=name)
    for _ in range(times):
        with lock:
            numbers[0] += step
    numbers.shm.close()


if __name__ == "__main__":
    numbers = ShareableList([0])
    lock = Lock()
    ps = [
        Process(target=change, args=(numbers.shm.name, lock, 3, 10)),
        Process(target=change, args=(numbers.shm.name, lock, -1, 12)),
    ]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("numbers[0] =", numbers[0])
    numbers.shm.close()
    numbers.shm.unlink()
