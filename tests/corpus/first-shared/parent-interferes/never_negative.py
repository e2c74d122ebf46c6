from multiprocessing import Process, RawValue


def add(r):
    for i in range(10):
        r.value += 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    p = Process(target=add, args=(r,))
    p.start()
    # the counter must not be negative
    r.value = max(r.value, 0)
    p.join()
    print("we are at", r.value)
