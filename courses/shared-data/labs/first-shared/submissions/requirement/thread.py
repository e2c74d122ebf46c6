# A thread shares everything with its parent, so nothing was learned about processes.
from multiprocessing import RawValue
from threading import Thread


def F(r):
    r.value = r.value + 10


if __name__ == "__main__":
    r = RawValue("i", 32)
    t = Thread(target=F, args=(r,))
    t.start()
    t.join()
    print("The parent has", r.value)
