from multiprocessing import *


def F(r):
    for i in range(0, 10):
        r.value = r.value + 2


if __name__ == "__main__":
    r = RawValue("i", 30)
    p = Process(target=F, args=(r,))
    p.start()
    p.join()
    print(r.value)
