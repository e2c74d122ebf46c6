from multiprocessing import *

def F(r, lock):
    # count for myself first, that is faster
    mine = 0
    for i in range(0, 10):
        mine = mine + 1
    lock.acquire()
    r.value = r.value + mine
    print("r.value is", r.value, "now")
    lock.release()

if __name__ == "__main__":
    r = RawValue("i", 64)
    lock = Lock()
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, lock)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
