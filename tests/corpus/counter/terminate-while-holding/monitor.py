import time
from multiprocessing import Lock, Process, RawValue


def work(r, lock):
    for _ in range(10):
        lock.acquire()
        r.value += 1
        lock.release()


def watch(r, lock):
    while True:
        with lock:
            print("now", r.value)
        time.sleep(0.01)


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    monitor = Process(target=watch, args=(r, lock), daemon=True)
    monitor.start()
    workers = [Process(target=work, args=(r, lock)) for _ in range(10)]
    for w in workers:
        w.start()
    monitor.terminate()
    monitor.join()
    for w in workers:
        w.join()
    print("The end:", r.value)
