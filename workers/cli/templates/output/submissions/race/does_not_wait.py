from multiprocessing import Process
from multiprocessing.sharedctypes import RawValue


def put(place, number):
    place.value = number


if __name__ == "__main__":
    a, b = RawValue("i", 0), RawValue("i", 0)
    processes = [Process(target=put, args=(a, 2)), Process(target=put, args=(b, 3))]
    for process in processes:
        process.start()
    print(a.value, "+", b.value, "=", a.value + b.value)
