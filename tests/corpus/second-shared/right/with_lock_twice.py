from multiprocessing import *

def up(r, lock):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 3
        lock.release()
    print("up has ended")

def down(r, lock):
    for i in range(0, 12):
        lock.acquire()
        r.value = r.value - 1
        lock.release()
    print("down has ended")

if __name__ == "__main__":
    r = RawValue("i", 50)
    lock = Lock()
    p = Process(target=up, args=(r, lock))
    q = Process(target=down, args=(r, lock))
    p.start()
    q.start()
    q.join()
    p.join()
    print("The final value is", r.value)
