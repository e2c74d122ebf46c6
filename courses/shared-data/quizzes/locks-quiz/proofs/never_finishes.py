from multiprocessing import *

CODE

if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock)) for i in range(0, 10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
