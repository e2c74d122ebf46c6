# The process makes a box of its own.
from multiprocessing import *


def F(start):
    r = RawValue("i", 0)
    r.value = start
    r.value = r.value + 10
    print("The process has", r.value)


if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r.value,))
    p.start()
    p.join()
    print("The parent has", r.value)
