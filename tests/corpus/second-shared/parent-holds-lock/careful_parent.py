from multiprocessing import *

def change(r, lock, step, times):
    for i in range(times):
        lock.acquire()
        r.value = r.value + step
        lock.release()

if __name__ == "__main__":
    r = RawValue("i", 20)
    lock = Lock()
    ps = [Process(target=change, args=(r, lock, 3, 10)), Process(target=change, args=(r, lock, -1, 12))]
    for p in ps:
        p.start()
    lock.acquire()
    for p in ps:
        p.join()
    print("The final value is", r.value)
    lock.release()
