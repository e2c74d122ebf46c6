# Each waits for the other one to begin.
from multiprocessing import *


def up(r, mine, other):
    other.wait()
    mine.set()
    for i in range(0, 10):
        r.value = r.value + 3


def down(r, mine, other):
    other.wait()
    mine.set()
    for i in range(0, 12):
        r.value = r.value - 1


if __name__ == "__main__":
    r = RawValue("i", 50)
    first = Event()
    second = Event()
    p = Process(target=up, args=(r, first, second))
    q = Process(target=down, args=(r, second, first))
    p.start()
    q.start()
    p.join()
    q.join()
    print("The final value is", r.value)
