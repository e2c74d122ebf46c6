from multiprocessing import Process, RawValue
from time import sleep

def lock(busy):
    while busy.value == 1:
        sleep(0.0001)
    busy.value = 1

def unlock(busy):
    busy.value = 0

def F(r, busy):
    for i in range(10):
        lock(busy)
        r.value = r.value + 1
        unlock(busy)

if __name__ == "__main__":
    r = RawValue("i", 0)
    busy = RawValue("i", 0)
    ps = [Process(target=F, args=(r, busy)) for i in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("The value is", r.value)
