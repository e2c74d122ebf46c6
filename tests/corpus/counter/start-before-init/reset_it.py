from multiprocessing import *
from sys import argv

def F(r, lock):
    for i in range(10):
        with lock:
            r.value = r.value + 1

if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock)) for i in range(10)]
    for p in processes:
        p.start()
    r.value = 0  # make sure we begin at zero
    for p in processes:
        p.join()
    print("The final value is", r.value)
