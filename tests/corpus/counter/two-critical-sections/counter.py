from multiprocessing import *
import time

def F(r, lock):
    for i in range(0, 10):
        lock.acquire()
        x = r.value
        lock.release()
        x = x + 1
        lock.acquire()
        r.value = x
        lock.release()
        time.sleep(0.001)

if __name__ == "__main__":
    r = RawValue("i", 25)
    lock = Lock()
    ps = []
    for i in range(0, 10):
        p = Process(target=F, args=(r, lock))
        ps.append(p)
        p.start()
    for p in ps:
        p.join()
    print("The final value is", r.value)
