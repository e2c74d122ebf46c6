# One process does the work of both.
from multiprocessing import *


def up_and_down(r):
    for i in range(0, 10):
        r.value = r.value + 3
    for i in range(0, 12):
        r.value = r.value - 1


if __name__ == "__main__":
    r = RawValue("i", 50)
    p = Process(target=up_and_down, args=(r,))
    p.start()
    p.join()
    print("The final value is", r.value)
