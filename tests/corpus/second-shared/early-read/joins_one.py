from multiprocessing import *

def up(r, lock):
    for i in range(0, 10):
        with lock:
            r.value = r.value + 3

def down(r, lock):
    for i in range(0, 12):
        with lock:
            r.value = r.value - 1

if __name__ == "__main__":
    r = RawValue("i", 60)
    lock = Lock()
    p = Process(target=up, args=(r, lock))
    q = Process(target=down, args=(r, lock))
    p.start()
    q.start()
    p.join()
    p.join()
    print("r should be 78 and is", r.value)
