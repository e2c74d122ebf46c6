from multiprocessing import *
import time

def F(r, lock):
    for i in range(0, 10):
        with lock:
            r.value = r.value + 1

if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    for i in range(0, 10):
        Process(target=F, args=(r, lock)).start()
    time.sleep(1)
    print("The final value is", r.value)
