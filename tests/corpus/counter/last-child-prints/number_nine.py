from multiprocessing import *

def F(r, lock, number):
    for i in range(0, 10):
        lock.acquire()
        r.value = r.value + 1
        lock.release()
    if number == 9:
        print("The final value is", r.value)

if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, lock, i)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
