from multiprocessing import Lock, Process
from multiprocessing.sharedctypes import RawValue


def add(total, first, second):
    with first, second:
        total.value = total.value + 1


if __name__ == "__main__":
    total, red, blue = RawValue("i", 0), Lock(), Lock()
    one = Process(target=add, args=(total, red, blue))
    two = Process(target=add, args=(total, blue, red))
    one.start()
    two.start()
    one.join()
    two.join()
    print("The total is", total.value)
