# (r) is just r; a tuple of one needs its comma: (r,)
from multiprocessing import *


def F(r):
    r.value = r.value + 10


if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r))
    p.start()
    p.join()
    print("The parent has", r.value)
