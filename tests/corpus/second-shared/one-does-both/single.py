from multiprocessing import Process, RawValue


def everything(r):
    for i in range(10):
        r.value += 3
    for i in range(12):
        r.value -= 1


if __name__ == "__main__":
    r = RawValue("i", 3)
    p = Process(target=everything, args=(r,))
    p.start()
    p.join()
    print("r =", r.value)
