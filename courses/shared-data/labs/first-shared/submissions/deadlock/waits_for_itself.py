# The process waits for an event that only it could set.
from multiprocessing import *


def F(r, added):
    added.wait()
    r.value = r.value + 10
    added.set()


if __name__ == "__main__":
    r = RawValue("i", 32)
    added = Event()
    p = Process(target=F, args=(r, added))
    p.start()
    p.join()
    print("The parent has", r.value)
