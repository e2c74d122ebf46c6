from multiprocessing import *


def F(r, lock):
    for i in range(0, 10):
        with lock:
            pass


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, lock)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    final = 10 * 10
    print("The final value is", final)
