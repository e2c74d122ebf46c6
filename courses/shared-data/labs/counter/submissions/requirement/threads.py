# Threads of one process, where processes were asked for.
from multiprocessing import RawValue
from threading import Lock, Thread


def work(number, lock):
    for _ in range(10):
        with lock:
            number.value += 1


if __name__ == "__main__":
    number = RawValue("i", 40)
    lock = Lock()
    threads = [Thread(target=work, args=(number, lock)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("number:", number.value)
