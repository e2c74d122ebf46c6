from multiprocessing import *


def F(r, locks, number):
    for i in range(0, 10):
        with locks[number]:
            r.value = r.value + 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    # one for everybody, so nobody has to wait for ever
    locks = [Lock() for i in range(0, 10)]
    processes = []
    for i in range(0, 10):
        processes.append(Process(target=F, args=(r, locks, i)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("The final value is", r.value)
